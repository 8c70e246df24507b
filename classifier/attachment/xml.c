/* A thin face over xmlTextReader. */
#include "attachment/xml.h"

#include <glib.h>
#include <libxml/xmlreader.h>
#include <string.h>

#define MAXIMUM_DEPTH 256

struct sks_xml {
    xmlTextReaderPtr reader;
    int type; /* of the present node */
    bool failed;
};

static void be_silent(void *context, const char *message, xmlParserSeverities severity, xmlTextReaderLocatorPtr locator)
{
    (void)context;
    (void)message;
    (void)severity;
    (void)locator;
}

struct sks_xml *sks_xml_open(const void *bytes, size_t size)
{
    struct sks_xml *xml = g_new0(struct sks_xml, 1);
    /* Without XML_PARSE_NOENT entities stay references; without XML_PARSE_HUGE libxml2 keeps its own ceilings. */
    xml->reader = xmlReaderForMemory(bytes, (int)MIN(size, (size_t)G_MAXINT), NULL, NULL,
                                     XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING | XML_PARSE_COMPACT);
    if (xml->reader != NULL)
        xmlTextReaderSetErrorHandler(xml->reader, be_silent, NULL);
    return xml;
}

void sks_xml_close(struct sks_xml *xml)
{
    if (xml->reader != NULL)
        xmlFreeTextReader(xml->reader);
    g_free(xml);
}

bool sks_xml_next(struct sks_xml *xml)
{
    if (xml->reader == NULL || xml->failed)
        return false;
    for (;;) {
        int result = xmlTextReaderRead(xml->reader);
        if (result != 1 || xmlTextReaderDepth(xml->reader) > MAXIMUM_DEPTH) {
            xml->failed = result != 0;
            xml->type = XML_READER_TYPE_NONE;
            return false;
        }
        xml->type = xmlTextReaderNodeType(xml->reader);
        switch (xml->type) {
        case XML_READER_TYPE_ELEMENT:
        case XML_READER_TYPE_END_ELEMENT:
        case XML_READER_TYPE_TEXT:
        case XML_READER_TYPE_CDATA:
        case XML_READER_TYPE_SIGNIFICANT_WHITESPACE:
            return true;
        default:
            break;
        }
    }
}

static bool has_name(const struct sks_xml *xml, const char *name)
{
    const xmlChar *own = xmlTextReaderConstLocalName(xml->reader);
    return own != NULL && strcmp((const char *)own, name) == 0;
}

bool sks_xml_is(const struct sks_xml *xml, const char *name)
{
    return xml->type == XML_READER_TYPE_ELEMENT && has_name(xml, name);
}

bool sks_xml_ends(const struct sks_xml *xml, const char *name)
{
    return (xml->type == XML_READER_TYPE_END_ELEMENT ||
            (xml->type == XML_READER_TYPE_ELEMENT && xmlTextReaderIsEmptyElement(xml->reader) == 1)) &&
           has_name(xml, name);
}

const char *sks_xml_text(const struct sks_xml *xml)
{
    if (xml->type == XML_READER_TYPE_ELEMENT || xml->type == XML_READER_TYPE_END_ELEMENT)
        return NULL;
    const xmlChar *value = xmlTextReaderConstValue(xml->reader);
    return value != NULL ? (const char *)value : "";
}

char *sks_xml_attribute(const struct sks_xml *xml, const char *name)
{
    char *found = NULL;
    while (found == NULL && xmlTextReaderMoveToNextAttribute(xml->reader) == 1) {
        const xmlChar *own = xmlTextReaderConstLocalName(xml->reader), *value;
        if (own != NULL && strcmp((const char *)own, name) == 0 &&
            (value = xmlTextReaderConstValue(xml->reader)) != NULL)
            found = g_strdup((const char *)value);
    }
    xmlTextReaderMoveToElement(xml->reader);
    return found != NULL ? found : g_strdup("");
}

bool sks_xml_failed(const struct sks_xml *xml)
{
    return xml->failed || xml->reader == NULL;
}
