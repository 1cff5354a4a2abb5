// Attention: every place asks a question, is answered by whatever fits it best, and takes over what that has to say.
//
// softmax(Q K' / sqrt(32)) V (Vaswani et al. 2017, eq. 1), 32 numbers a head. Places ask words (cross-attention: here
// the prompt enters) or other places (self-attention: so the left side learns of the right).

import { width } from "./memory.mjs";

const HEAD = 32;

/** `watch`, where given, hears of every cross-attention: (layer's name, head, item, shares [word, place], words). */
export function createAttention(memory, layers) {
  const { floats: F, take, map, filled, scratch, kernel } = memory;
  const { linear, multiply } = layers;

  function toPlaces(x, name) {
    return attend(x, name, places(linear(x, `${name}.to_k`), linear(x, `${name}.to_v`)));
  }

  /** `prompts` has one prompt for each item, as text.mjs encodes it. */
  function toWords(x, name, prompts, watch) {
    const answers = prompts.map((prompt) => laidOut(answersOf(prompt, name)));
    return attend(x, name, (item) => answers[item], watch);
  }

  /** What the places say, for each item and head: keys [place, 32] and values [32, place]. */
  function places(keys, values) {
    const wide = width(keys);
    return (item) => ({
      count: keys.places,
      keys: (head) => turned(keys.at + head * HEAD * wide + item * keys.places, wide, keys.places),
      values: (head) => ({ at: values.at + head * HEAD * wide + item * keys.places, stride: wide }),
    });
  }

  /** Keys and values of a prompt's words: the same at every step, so worked out once and kept with the prompt. */
  function answersOf(prompt, name) {
    if (!prompt.answers.has(name))
      scratch(() => {
        const words = filled(prompt.width, 1, prompt.words, prompt.vectors);
        const [keys, values] = [linear(words, `${name}.to_k`), linear(words, `${name}.to_v`)];
        prompt.answers.set(name, {
          count: prompt.words,
          keys: memory.view(keys).slice(),
          values: memory.view(values).slice(),
        });
      });
    return prompt.answers.get(name);
  }

  function laidOut({ count, keys, values }) {
    const [k, v] = [filled(keys.length / count, 1, count, keys), filled(values.length / count, 1, count, values)];
    return places(k, v)(0);
  }

  /** Keys with a row for each place, already divided by sqrt(32). */
  function turned(from, stride, count) {
    const at = take(count * HEAD);
    for (let place = 0, to = at; place < count; place++)
      for (let number = 0; number < HEAD; number++) F[to++] = F[from + number * stride + place] / Math.sqrt(HEAD);
    return { at, stride: HEAD };
  }

  function attend(x, name, answersFor, watch) {
    const questions = linear(x, `${name}.to_q`);
    const heard = map(questions.channels, x.items, x.places);
    for (let item = 0; item < x.items; item++)
      for (let head = 0; head < questions.channels / HEAD; head++)
        scratch(() =>
          hear(
            head,
            item,
            answersFor(item),
            questions,
            heard,
            watch && ((...shares) => watch(name, head, item, ...shares)),
          ),
        );
    return linear(heard, `${name}.to_out.0`);
  }

  function hear(head, item, { count, keys, values }, questions, heard, watch) {
    const columns = questions.places;
    const part = (m) => ({ at: m.at + head * HEAD * width(m) + item * columns, stride: width(m) });
    const shares = map(count, 1, columns);
    const matrix = { at: shares.at, stride: columns };
    multiply(keys(head), part(questions), matrix, { rows: count, inner: HEAD, columns });
    kernel.softmax(shares.at * 4, count, columns);
    watch?.(memory.view(shares), count);
    multiply(values(head), matrix, part(heard), { rows: HEAD, inner: count, columns });
  }

  return { toPlaces, toWords };
}
