/** A vocabulary of a few merges, in the form of the hub's file: for tests that need no real one. */

/** Merges that overlap, merges at the end of words, and one of bytes that are no ASCII. */
export const TINY_MERGES = `#version: 0.2
b c
a bc
a b
t h
th e</w>
c a
ca t</w>
Ã ©</w>
a a
aa aa
`;

/** Ids of the marks in it. */
export const TINY_START = 522;
export const TINY_END = 523;
