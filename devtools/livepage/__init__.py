"""How the live page is made: kernel, vocabulary, reference numbers, weights in 8 bits, and the page itself."""
