/*
 * Text as people may be shown it, on a terminal or in a log: whoever wrote it must not drive what shows it, nor hide in
 * it. The command line's output for people and all problems go through here.
 */
#ifndef SKS_BASE_SHOWN_H
#define SKS_BASE_SHOWN_H

/*
 * Text of one line: controls and bytes that are no UTF-8 become \x1b, controls beyond ASCII, marks of direction, other
 * invisible format characters and separators of lines \u202e, above U+FFFF \U000e0041. The same again changes nothing
 * more. g_free().
 */
char *sks_shown(const char *text);

/* The same of several lines: line feeds and tabs stay. */
char *sks_shown_lines(const char *text);

#endif
