/*
 * Private: XML parts of documents, through libxml2's reader: no network, no external or expanded entities, bounded
 * depth and size.
 */
#ifndef SKS_ATTACHMENT_XML_H
#define SKS_ATTACHMENT_XML_H

#include <stdbool.h>
#include <stddef.h>

struct sks_xml;

/* Bytes must outlive it. Never NULL: bad bytes give a reader with nothing to read. */
struct sks_xml *sks_xml_open(const void *bytes, size_t size);
void sks_xml_close(struct sks_xml *xml);

/* Goes to the next start tag, end tag or text. False at the end, or where the XML is broken. */
bool sks_xml_next(struct sks_xml *xml);

/* Is it a start tag of that local name? */
bool sks_xml_is(const struct sks_xml *xml, const char *name);

/* Is it an end tag (or an empty element's only tag) of that local name? */
bool sks_xml_ends(const struct sks_xml *xml, const char *name);

/* The text there, or NULL if it is a tag. Belongs to the reader, until the next step. */
const char *sks_xml_text(const struct sks_xml *xml);

/* The attribute of that local name, whatever its namespace; "" without it. g_free(). */
char *sks_xml_attribute(const struct sks_xml *xml, const char *name);

/* Was it broken off? */
bool sks_xml_failed(const struct sks_xml *xml);

#endif
