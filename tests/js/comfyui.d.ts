// What js/denoiscope.js takes from ComfyUI's frontend, which is not here when types are checked.

declare module "*/scripts/app.js" {
  export const app: any;
}

declare module "*/scripts/api.js" {
  export const api: any;
}

declare const LiteGraph: any;
declare var comfyAPI: any;
