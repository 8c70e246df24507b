/*
 * Links: URLs taken apart, and URLs found in plain text.
 */
#ifndef SKS_MESSAGE_LINK_H
#define SKS_MESSAGE_LINK_H

#include <glib.h>
#include <stdbool.h>

#include "message/message.h"

/*
 * Takes a URL apart as a browser would (white space around and line ends inside are dropped, "\" is "/", the host is
 * lower-cased, percent-decoded and its A-labels turned into U-labels). Strings go into the chunk; text is "" and kind
 * SKS_LINK_TEXT. False, with out_link untouched, if it is no absolute URL (scheme missing). Schemes without a host
 * (mailto, tel, cid, data, javascript …) have host "" and the rest as path. Cut at SKS_LIMIT_LINK_SIZE.
 */
bool sks_link_parse(struct sks_link *out_link, GStringChunk *strings, const char *url);

/*
 * Finds the URLs written in text (UTF-8) and appends them to links as SKS_LINK_TEXT, in the text's order: http, https,
 * ftp, and without scheme "www." (http is assumed). Japanese text and punctuation end a URL: 「https://a.example/b。」.
 * Stops at SKS_LIMIT_LINK_COUNT links in the array and returns false then. Defanged forms (hxxp, [.]) are none.
 */
bool sks_link_find(GArray *links, GStringChunk *strings, const char *text);

#endif
