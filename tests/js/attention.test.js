// Attention as the viewer reads it: which picture stands where, what is chosen, and the colours of shares.

import assert from "node:assert/strict";
import { test } from "node:test";
import { attentionSources, canLook, guessAt, lookOf, showsAttention } from "../../js/viewer/deck/attention.js";
import { attentionCaption, mapWords } from "../../js/viewer/words/attention.js";
import { shade, shadesOf } from "../../js/viewer/covers/looks.js";
import { readDeck } from "../../js/viewer/deck/deck.js";
import * as moves from "../../js/viewer/deck/moves.js";
import { START, recalled, remembered } from "../../js/viewer/deck/state.js";
import { deckPayload, view } from "./payloads.js";

const COLOURS = ["#000000", "#ffffff"];

function group(name, rest = {}) {
  return {
    name, layers: 2, columns: 4, rows: 2, own: [0.5, 0.1],
    sheets: [
      { source: `${name}-0`, columns: 5, first: 0, count: 15 },
      { source: `${name}-1`, columns: 5, first: 15, count: 5 },
    ], ...rest,
  };
}

/** Two runs of 4 and 3 steps: 5 + 4 states a word. */
function looked(rest = {}) {
  const present = [[true, true, true, true, false], [true, false, true, false]];
  return readDeck(
    deckPayload(
      {
        steps: [4, 3],
        attention: {
          words: ["house", "sun"], colours: COLOURS, present,
          groups: [group("all layers"), group("4 × 2", { own: [0.2, 0.4] })], ...rest,
        },
      },
    ),
  );
}

const state = (rest = {}) => ({ ...START, attention: true, ...rest });

test("a deck without attention, with words but no layers, or with colours that are none has nothing to show", () => {
  assert.equal(readDeck(deckPayload()).attention, null);
  assert.equal(looked({ groups: [] }).attention, null);
  assert.equal(looked({ colours: ["red", "url(x)"] }).attention, null);
  assert.equal(showsAttention(state(), readDeck(deckPayload())), false);
});

test("the picture of a word stands behind those of the words before it, in the sheet that holds its slot", () => {
  const { groups } = looked().attention;
  assert.deepEqual(groups[0].piece(0, 0, 3), { source: "all layers-0", x: 12, y: 0 });
  assert.deepEqual(groups[0].piece(0, 1, 2), { source: "all layers-0", x: 8, y: 2 });
  assert.deepEqual(groups[0].piece(1, 1, 2), { source: "all layers-1", x: 4, y: 0 });
  assert.equal(groups[0].piece(1, 1, 9), null);
});

test("each frame of a video has a picture of its own, and the caption says what was read", () => {
  const video = { read: "Mean of the middle.", groups: [group("all layers", { frames: 2 })] };
  const { groups, read } = looked(video).attention;
  assert.deepEqual(groups[0].piece(0, 0, 3, 1), { source: "all layers-0", x: 8, y: 2 });
  assert.deepEqual(groups[0].piece(0, 0, 3, 7), groups[0].piece(0, 0, 3, 1));
  const caption = "“sun”: its share of attention. Mean of the middle.";
  assert.equal(attentionCaption({ word: "sun", own: false, read }), caption);
});

test("the finished picture keeps the map of the last call, and a step that was not read has none", () => {
  const deck = looked();
  assert.deepEqual([0, 3, 4].map((step) => guessAt(deck, 0, step)), [0, 3, 3]);
  assert.deepEqual([0, 1, 2, 3].map((step) => guessAt(deck, 1, step)), [0, null, 2, 2]);
});

test("what is chosen by name is found, anything else is the first", () => {
  const deck = looked();
  assert.deepEqual([lookOf(state(), deck).word, lookOf(state(), deck).group.name], ["house", "all layers"]);
  const chosen = lookOf(state({ word: "sun", layers: "4 × 2" }), deck);
  assert.deepEqual([chosen.word, chosen.index, chosen.group.name], ["sun", 1, "4 × 2"]);
  assert.equal(lookOf(state({ word: "dog", layers: "9 × 9" }), deck).word, "house");
});

test("the brightest colour is the largest share of all words, or the word's own, never that of a step", () => {
  const deck = looked();
  assert.equal(lookOf(state({ word: "sun" }), deck).high, 0.5);
  assert.equal(lookOf(state({ word: "sun", share: "own" }), deck).high, 0.1);
  assert.equal(lookOf(state({ word: "house", layers: "4 × 2" }), deck).high, 0.4);
});

test("grey times the word's largest share is the share that the colour stands for", () => {
  const palette = new Uint32Array(256).map((_, level) => level);
  const strip = { width: 5, greys: new Uint8Array([250, 0, 200, 250, 250, 250, 100, 50, 250, 250]) };
  for (const [gain, colours] of [[0.2, [0, 40, 20, 10]], [1, [0, 200, 100, 50]], [2, [0, 255, 200, 100]]]) {
    const places = new Uint32Array(4);
    assert.equal(shade(places, strip, { x: 1, columns: 2, rows: 2 }, shadesOf(palette, gain)), 200 / 255);
    assert.deepEqual([...places], colours);
  }
});

test("only the sheets of the chosen layers are wanted, and none while attention is off", () => {
  const deck = looked();
  assert.deepEqual(attentionSources(state({ layers: "4 × 2" }), deck), ["4 × 2-0", "4 × 2-1"]);
  assert.deepEqual(attentionSources(START, deck), []);
});

test("it lies over decoded pictures and not over maps of numbers or missing views", () => {
  const deck = looked();
  assert.equal(canLook(deck, deck.views[0]), true);
  assert.equal(canLook(deck, { ...deck.views[0], range: { low: 0, high: 1 } }), false);
  assert.equal(canLook(deck, { ...deck.views[0], absent: "none" }), false);
});

test("one thing lies over the pictures at a time", () => {
  const settled = moves.settledSwitched(START);
  const attention = moves.attentionSwitched(settled);
  assert.deepEqual([attention.attention, attention.settled], [true, false]);
  assert.deepEqual(
    [moves.settledSwitched(attention).attention, moves.settledSwitched(attention).settled], [false, true],
  );
});

test("what was chosen is remembered, and what is not as it should be is left out", () => {
  const chosen = state({ word: "sun", layers: "4 × 2", share: "own" });
  const back = recalled(JSON.parse(JSON.stringify(remembered(chosen))));
  assert.deepEqual([back.attention, back.word, back.layers, back.share], [true, "sun", "4 × 2", "own"]);
  const broken = recalled({ attention: "yes", word: 3, layers: {}, share: "step" });
  assert.deepEqual([broken.attention, broken.word, broken.layers, broken.share], [false, null, null, "shared"]);
});

test("the words say whose share, which scale, and which call of the model", () => {
  const deck = looked();
  assert.match(
    attentionCaption(lookOf(state(), deck)), /^“house”: its share of attention, of which all tokens together have 1$/,
  );
  assert.match(
    attentionCaption(lookOf(state({ share: "own" }), deck)),
    /^“house”, relative to its own largest share of attention in the run$/,
  );
  assert.equal(mapWords(null, 2), "not read at this step");
  assert.equal(mapWords(3, 4), "from the last call, at step 3");
  assert.equal(mapWords(2, 2, 0.123), "up to 0.123 here");
});

test("names of words are plain text for a view that has its own names", () => {
  const deck = readDeck(
    deckPayload(
      {
        views: [view("x0")],
        attention: {
          words: ["<b>x</b>"], colours: COLOURS, present: [[true]], groups: [group("all layers", { own: [0.5] })],
        },
      },
    ),
  );
  assert.deepEqual(deck.attention.words, ["<b>x</b>"]);
});
