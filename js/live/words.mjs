// What a person reads on the page, in English, Japanese and Simplified Chinese, side by side.

export const LANGUAGES = ["en", "ja", "zh"];
export const LANGUAGE_NAMES = { en: "English", ja: "日本語", zh: "中文" };

/** The first language that both the reader and the page know; Traditional Chinese is not Simplified written otherwise. */
export function languageOf(wanted) {
  const known = [wanted]
    .flat()
    .filter((one) => !/^zh-(hant|tw|hk|mo)\b/i.test(one))
    .map((one) => one.toLowerCase().split("-")[0]);
  return known.find((one) => LANGUAGES.includes(one)) ?? "en";
}

/** say(name, ...values): the words of that name, with {1}, {2} for the values. */
export function speaker(language) {
  const column = LANGUAGES.indexOf(language);
  return (name, ...values) => WORDS[name][column].replace(/\{(\d)\}/g, (_, at) => values[at - 1]);
}

export const WORDS = {
  title: ["How a picture comes out of noise", "ノイズから絵が生まれるまで", "一幅画如何从噪声中诞生"],
  lead: [
    "A whole diffusion model lives in this page: 5 million numbers, drawn scenes, 128 × 128 pixels. It samples here, on your machine, with no network. Change the words and watch.",
    "このページには拡散モデルが丸ごと入っています。500 万の数、描かれた風景、128 × 128 ピクセル。ネットワークなしで、お使いの機器の上でサンプリングします。言葉を変えて、見てください。",
    "这个页面里装着一个完整的扩散模型：五百万个数字，手绘风景，128 × 128 像素。它就在你的设备上采样，不需要网络。换几个词，看看会怎样。",
  ],
  live: ["Live", "ライブ", "现场"],
  noising: ["Corruption", "ノイズを加える", "加噪"],
  plane: ["Two numbers", "二つの数", "两个数"],
  parts: ["Parts of the page", "ページの部分", "页面的各部分"],
  noisingLead: [
    "Training takes a picture, mixes noise into it and asks which noise that was. Move t: one and the same noise throughout, and the picture drowns in it. On the right is what the model makes of it at that level, asked once, with no words.",
    "学習では、絵にノイズを混ぜ、どんなノイズだったかを尋ねます。t を動かしてください。ノイズはずっと同じもので、絵がその中に沈んでいきます。右は、そのノイズ量でモデルに一度だけ、言葉なしで尋ねた答えです。",
    "训练时取一幅画，混入噪声，再问那是什么噪声。移动 t：噪声始终是同一份，画渐渐沉没其中。右边是模型在这个噪声水平、不给任何词、只问一次时的回答。",
  ],
  noisy: ["x_t, every pixel computed here", "x_t（ピクセルごとに計算）", "x_t，逐像素计算"],
  oneGuess: ["what the model believes it was", "モデルが考える元の絵", "模型认为原来的画"],
  timestep: ["Timestep t", "時刻 t", "时间步 t"],
  curve: [
    "ᾱ: how much of the picture is left, from t = 0 to 999",
    "ᾱ: 絵がどれだけ残るか（t = 0 から 999）",
    "ᾱ：画还剩多少，t 从 0 到 999",
  ],
  formula: [
    "t = {1}: x_t = {2} · picture + {3} · noise",
    "t = {1}: x_t = {2} · 絵 + {3} · ノイズ",
    "t = {1}：x_t = {2} · 画 + {3} · 噪声",
  ],
  planeLead: [
    "Here a picture is one point, two numbers, so everything can be drawn, and the best denoiser is known exactly: from any place it points to the mean of all pictures that could have been noised to there. Points begin in noise and follow the arrows.",
    "ここでは絵は一つの点、二つの数です。だからすべてを描けて、最良のノイズ除去も正確に分かります。どの場所からも、そこへノイズで運ばれえたすべての絵の平均を指します。点はノイズから始まり、矢印に従います。",
    "在这里，一幅画就是一个点，两个数，所以一切都画得出来，最好的去噪器也能精确写出：从任何位置，它都指向所有可能被噪声带到那里的画的平均。点从噪声出发，沿箭头前进。",
  ],
  planeLabel: [
    "Points on their way from noise to two crescents",
    "ノイズから二つの三日月へ向かう点",
    "从噪声走向两弯新月的点",
  ],
  planeHint: ["at the finger: where each guess lies", "指の位置で、それぞれの推定の行き先", "指针处：各个猜测的位置"],
  trySteps: [
    "With no word, take 2 steps: each goes straight where the way bends, and two points of three miss.",
    "言葉なしで 2 ステップにしてみてください。曲がった道をまっすぐ進むので、点の三つに二つが外れます。",
    "不给词，把步数设为 2：每一步都走直线，而路是弯的，三个点里就有两个偏离。",
  ],
  tryGuidance: [
    "Choose a word and guidance 8: the points leave the other word, and crowd where it is farthest away.",
    "言葉を選んでガイダンスを 8 に。点はもう一方の言葉から離れ、そこから最も遠い所に集まります。",
    "选一个词，把引导强度设为 8：点会远离另一个词，挤到离它最远的地方。",
  ],
  tryStart: [
    "At the start all arrows point to the middle: the mean of all pictures is no picture. It is decided later which one it becomes.",
    "はじめはすべての矢印が真ん中を指します。すべての絵の平均は、どの絵でもありません。どの絵になるかは後で決まります。",
    "一开始所有箭头都指向中间：所有画的平均并不是一幅画。会成为哪一幅，后来才决定。",
  ],
  time01: ["From noise to picture", "ノイズから絵へ", "从噪声到画"],
  word: ["Word", "言葉", "词"],
  anyWord: ["none", "なし", "无"],
  above: ["above", "上", "上"],
  below: ["below", "下", "下"],
  uncond: ["without the word", "言葉なし", "无词"],
  cond: ["with it", "言葉あり", "有词"],
  guided: ["guided", "ガイダンス後", "引导后"],
  play: ["Play", "再生", "播放"],
  otherNoise: ["Other noise", "別のノイズ", "换一份噪声"],
  landed: ["{1} % of the points end on a picture.", "点の {1} % が絵の上に着きました。", "{1} % 的点落在画上。"],
  language: ["Language", "言語", "语言"],
  prompt: ["Prompt", "プロンプト", "提示词"],
  run: ["Run", "実行", "运行"],
  stop: ["Stop", "停止", "停止"],
  surprise: ["Surprise me", "おまかせ", "随机来一个"],
  loading: ["Unpacking the model …", "モデルを展開しています…", "正在展开模型……"],
  ready: ["Ready. {1}", "準備ができました。{1}", "准备好了。{1}"],
  sampling: ["Step {1} of {2}", "ステップ {1} / {2}", "第 {1} 步，共 {2} 步"],
  samplingMany: [
    "Run {1} of {2}: step {3} of {4}",
    "{1} / {2} 回目: ステップ {3} / {4}",
    "第 {1} 次，共 {2} 次：第 {3} 步，共 {4} 步",
  ],
  finished: ["{1} steps in {2} s", "{1} ステップ、{2} 秒", "{1} 步，{2} 秒"],
  stopped: ["Stopped. What came is kept.", "停止しました。そこまでの結果は残ります。", "已停止。已有的结果保留着。"],
  stoppedNote: [
    "Stopped after {1} of {2} steps.",
    "{2} ステップ中 {1} ステップで停止しました。",
    "在 {2} 步中的第 {1} 步后停止。",
  ],
  unknown: ["It does not know: {1}.", "知らない単語: {1}。", "它不认识：{1}。"],
  near: ["It reads: {1}.", "読み替えた単語: {1}。", "它读作：{1}。"],
  free: [
    "Only a LoRA gives a meaning to: {1}.",
    "LoRA があってはじめて意味を持つ単語: {1}。",
    "只有 LoRA 才能赋予含义的词：{1}。",
  ],
  none: [
    "No words: the model paints whatever the noise suggests.",
    "言葉なし: モデルはノイズから思いつくものを描きます。",
    "没有词：模型画噪声让它想到的东西。",
  ],
  longer: [
    "More than 30 words: the rest goes on in a second list.",
    "30 語を超えています。残りは二つ目のリストに続きます。",
    "超过 30 个词：其余的放进第二个列表。",
  ],
  words: ["Words it knows", "知っている言葉", "它认识的词"],
  style: ["Style", "画風", "风格"],
  colour: ["Colour", "色", "颜色"],
  subject: ["Subject", "主題", "主体"],
  place: ["Place", "場所", "地点"],
  time: ["Time", "時刻", "时间"],
  sky: ["Sky", "空", "天空"],
  position: ["Where", "位置", "位置"],
  seed: ["Seed", "シード", "种子"],
  dice: ["Another seed", "別のシード", "换一个种子"],
  steps: ["Steps", "ステップ数", "步数"],
  guidance: ["Guidance", "ガイダンス", "引导强度"],
  sampler: ["Sampler", "サンプラー", "采样器"],
  scheduler: ["Scheduler", "スケジューラー", "调度器"],
  more: ["Another prompt", "別のプロンプト", "另一个提示词"],
  negative: ["Negative prompt", "ネガティブプロンプト", "负向提示词"],
  negativeHint: ["what it should keep away from", "遠ざけたいもの", "希望避开的内容"],
  switchAt: ["Switch at step", "切り替えるステップ", "在第几步切换"],
  promptAfter: ["to this prompt", "切り替え後のプロンプト", "切换到的提示词"],
  switchHint: ["0 is never", "0 は切り替えなし", "0 表示不切换"],
  adapt: ["LoRA", "LoRA", "LoRA"],
  lora: ["Adapted by", "適用する LoRA", "使用的 LoRA"],
  loraNone: ["none", "なし", "无"],
  loraFile: ["a file …", "ファイル…", "文件……"],
  strength: ["Strength", "強さ", "强度"],
  rank: ["Rank kept", "残すランク", "保留的秩"],
  loraWord: [
    "Its word is “{1}”: put it into the prompt.",
    "呼び出す言葉は「{1}」です。プロンプトに入れてください。",
    "它的触发词是“{1}”：请写进提示词。",
  ],
  loraHeld: ["{1}: rank {2}, {3} matrices", "{1}: ランク {2}、行列 {3} 個", "{1}：秩 {2}，{3} 个矩阵"],
  loraWhole: ["{1}: whole matrices, {3} of them", "{1}: 行列そのもの、{3} 個", "{1}：完整矩阵，共 {3} 个"],
  from: ["Begin from a picture", "絵から始める", "从一幅图开始"],
  start: ["Begin from", "開始", "起点"],
  startNoise: ["noise alone", "ノイズだけ", "纯噪声"],
  startScene: ["a drawn scene", "描かれた風景", "手绘风景"],
  startPicture: ["your picture …", "自分の絵…", "你的图片……"],
  denoise: ["Strength of the change", "変える強さ", "改变的强度"],
  masked: ["Paint over what may change", "変えてよい所を塗る", "涂抹可以改变的地方"],
  clearMask: ["Change everything", "全体を変える", "全部可以改变"],
  scene: ["Scene", "風景", "风景"],
  scenes: ["Scene {1}", "風景 {1}", "风景 {1}"],
  shelf: ["On the slider", "スライダー上の実行", "滑块上的运行"],
  keep: ["Keep this run", "この実行を残す", "保留这次运行"],
  kept: ["Kept: the next run comes beside it", "残しました。次の実行が隣に並びます", "已保留：下一次运行会放在旁边"],
  remove: ["Remove {1}", "{1} を外す", "移除 {1}"],
  full: [
    "Eight runs are kept: remove one to keep another.",
    "8 回分が残っています。残すには一つ外してください。",
    "已保留八次运行：要再保留，请先移除一次。",
  ],
  sweep: ["Sweep", "スイープ", "扫描"],
  sweepWhat: ["Change one thing", "一つだけ変える", "只改变一项"],
  sweepValues: ["Values", "値", "取值"],
  sweepRun: ["Run the sweep", "スイープを実行", "运行扫描"],
  sweepHint: ["up to eight, with commas", "コンマ区切りで 8 個まで", "最多八个，用逗号分隔"],
  sweepBad: [
    "Two to eight values are wanted, such as {1}.",
    "2 個から 8 個の値が必要です。例: {1}。",
    "需要两到八个值，例如 {1}。",
  ],
  walk: ["Seed walk", "シードの散歩", "种子漫步"],
  walkTo: ["to seed", "行き先のシード", "走到种子"],
  walkStops: ["Stops", "立ち寄る数", "停靠点"],
  walkRun: ["Walk", "歩く", "出发"],
  walkSame: [
    "From seed {1} to itself there is no way: choose another.",
    "シード {1} から同じシードへは歩けません。別のシードを選んでください。",
    "从种子 {1} 走到它自己没有路：请换一个。",
  ],
  save: ["Save and share", "保存と共有", "保存与分享"],
  savePicture: ["Save the picture", "絵を保存", "保存图片"],
  saveDeck: ["Save the deck", "デッキを保存", "保存卡组"],
  copyLink: ["Copy a link to these settings", "この設定へのリンクをコピー", "复制这些设置的链接"],
  copied: ["Copied.", "コピーしました。", "已复制。"],
  notCopied: [
    "The browser does not let the page copy: the link is in the address bar.",
    "ブラウザーがコピーを許しません。リンクはアドレス欄にあります。",
    "浏览器不允许复制：链接就在地址栏里。",
  ],
  deckHint: [
    "Load Deck opens it in ComfyUI. Nothing is kept by this page: close it and it is gone.",
    "ComfyUI の Load Deck で開けます。このページは何も保存しません。閉じれば消えます。",
    "在 ComfyUI 中可用 Load Deck 打开。本页不保存任何东西：关闭即消失。",
  ],
  badPicture: [
    "This picture cannot be read: choose a PNG, JPEG or WebP.",
    "この画像は読めません。PNG、JPEG、WebP を選んでください。",
    "无法读取这张图片：请选择 PNG、JPEG 或 WebP。",
  ],
  needPicture: [
    "choose a picture to begin from, or noise alone",
    "始める絵を選ぶか、「ノイズだけ」にしてください",
    "请选择一张起始图片，或改为纯噪声",
  ],
  needFile: [
    "choose a LoRA's file, or none",
    "LoRA のファイルを選ぶか、「なし」にしてください",
    "请选择 LoRA 文件，或改为无",
  ],
  failed: ["It stopped: {1}", "止まりました: {1}", "已中断：{1}"],
  keys: [
    "Ctrl + Enter runs. Arrow keys scrub in the viewer.",
    "Ctrl + Enter で実行。ビューアでは矢印キーで動かせます。",
    "Ctrl + Enter 运行。在查看器中用方向键拖动。",
  ],
  footer: [
    "Made with Denoiscope, a microscope for denoising in ComfyUI. The same seed gives the same picture there.",
    "ComfyUI のノイズ除去を見る顕微鏡、Denoiscope で作られました。同じシードなら ComfyUI でも同じ絵になります。",
    "由 Denoiscope 制作：ComfyUI 中观察去噪的显微镜。同一个种子在那里得到同一幅画。",
  ],
};
