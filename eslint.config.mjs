// What ESLint holds js/ and its tests to: faults first, then what keeps the modules of one kind. Nothing is imported here,
// as ESLint itself stands in the user's cache and not beside this file.

const BROWSER = ["AbortController", "LiteGraph", "URL", "URLSearchParams", "document", "fetch", "sessionStorage", "setTimeout",
  "TextEncoder"];
const PAGE = ["Blob", "DecompressionStream", "ImageData", "MessageChannel", "Response", "TextDecoder", "TextEncoder",
  "WebAssembly", "atob", "performance"];
const NODE = ["AbortController", "TextEncoder", "URL", "console", "process", "setImmediate", "setTimeout", "structuredClone",
  "TextDecoder"];
const known = (names) => Object.fromEntries(names.map((name) => [name, "readonly"]));

/** A sentence is one phrase, whole, so that it can be searched for and translated. */
const SENTENCE = "phrase`|^  \".*\": \".*\",$|^    \".*\",$";

const FAULTS = [
  "constructor-super", "for-direction", "getter-return", "no-async-promise-executor", "no-class-assign", "no-compare-neg-zero",
  "no-cond-assign", "no-const-assign", "no-constant-condition", "no-control-regex", "no-dupe-args", "no-dupe-else-if",
  "no-dupe-keys", "no-duplicate-case", "no-empty", "no-empty-pattern", "no-ex-assign", "no-fallthrough", "no-func-assign",
  "no-import-assign", "no-invalid-regexp", "no-irregular-whitespace", "no-loss-of-precision", "no-misleading-character-class",
  "no-obj-calls", "no-prototype-builtins", "no-redeclare", "no-self-assign", "no-self-compare", "no-setter-return",
  "no-shadow-restricted-names", "no-sparse-arrays", "no-template-curly-in-string", "no-this-before-super", "no-undef",
  "no-unexpected-multiline", "no-unreachable", "no-unsafe-finally", "no-unsafe-optional-chaining", "no-unused-expressions",
  "no-unused-vars", "no-useless-catch", "no-useless-escape", "use-isnan", "valid-typeof",
];
const HABITS = ["eqeqeq", "no-console", "no-duplicate-imports", "no-else-return", "no-eval", "no-implied-eval", "no-lonely-if", "no-nested-ternary",
  "no-new-func", "no-unneeded-ternary", "no-useless-rename", "no-useless-return", "no-var", "object-shorthand", "prefer-const", "prefer-template"];

export default [
  {
    files: ["js/**/*.{js,mjs}", "tests/js/**/*.js"],
    linterOptions: { reportUnusedDisableDirectives: "error" },
    rules: {
      ...Object.fromEntries([...FAULTS, ...HABITS].map((rule) => [rule, "error"])),
      "max-len": ["error", { code: 120, ignorePattern: SENTENCE }],
    },
  },
  { files: ["js/**/*.js"], languageOptions: { globals: known(BROWSER) } },
  { files: ["js/**/*.mjs"], languageOptions: { globals: known([...BROWSER, ...PAGE]) } },
  { files: ["tests/js/**/*.js"], languageOptions: { globals: known(NODE) } },
];
