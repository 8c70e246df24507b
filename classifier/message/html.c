/*
 * HTML mail → text, hidden text, links.
 *
 * Tags come from the tokeniser one by one; a stack of open elements, never deeper than SKS_LIMIT_HTML_DEPTH, holds the
 * style of each, so that at any text it is known whether it can be seen. No tree is built and nothing recurses. The
 * stack closes elements as the HTML standard does where that matters for style (a <p> in a <p>, a cell in a row, an end
 * tag that closes all within), and doesn't reopen <b> and its like that were closed wrongly.
 *
 * Two writers (html-text.c) take the visible and the hidden text; both collapse white space as a browser does.
 */
#include "message/html.h"

#include <string.h>

#include "message/html-sheet.h"
#include "message/html-style.h"
#include "message/html-text.h"
#include "message/html-token.h"
#include "message/link.h"
#include "sekisho/limits.h"

/* What an element does to the text around it. */
enum trait {
    VOID = 1u << 0,      /* has no content and no end tag */
    LINE = 1u << 1,      /* begins and ends a line */
    PARAGRAPH = 1u << 2, /* has a blank line before and after */
    CLOSES_P = 1u << 3,  /* ends an open <p> */
    SCOPE = 1u << 4,     /* end tags of what is outside don't reach through it */
    CELL = 1u << 5,      /* a table's cell */
    INVISIBLE = 1u << 6, /* its content is never shown, but is text */
    PREFORMATTED = 1u << 7,
    REFERS = 1u << 8, /* has links, or is a script or a form's field */
};

struct tag {
    const char *name;
    unsigned traits;
};

#define BLOCK (LINE | CLOSES_P)

/* Sorted by name. */
static const struct tag tags[] = {
    {"a", REFERS},
    {"address", BLOCK},
    {"area", VOID | REFERS},
    {"article", BLOCK},
    {"aside", BLOCK},
    {"base", VOID | REFERS},
    {"basefont", VOID},
    {"bgsound", VOID},
    {"blockquote", BLOCK | PARAGRAPH},
    {"body", LINE},
    {"br", VOID},
    {"button", REFERS},
    {"caption", LINE | SCOPE},
    {"center", BLOCK},
    {"col", VOID},
    {"dd", BLOCK},
    {"details", BLOCK},
    {"dir", BLOCK},
    {"div", BLOCK},
    {"dl", BLOCK | PARAGRAPH},
    {"dt", BLOCK},
    {"embed", VOID | REFERS},
    {"fieldset", BLOCK},
    {"figcaption", BLOCK},
    {"figure", BLOCK},
    {"font", 0},
    {"footer", BLOCK},
    {"form", BLOCK | REFERS},
    {"frame", VOID | REFERS},
    {"h1", BLOCK | PARAGRAPH},
    {"h2", BLOCK | PARAGRAPH},
    {"h3", BLOCK | PARAGRAPH},
    {"h4", BLOCK | PARAGRAPH},
    {"h5", BLOCK | PARAGRAPH},
    {"h6", BLOCK | PARAGRAPH},
    {"head", 0},
    {"header", BLOCK},
    {"hr", VOID | BLOCK},
    {"html", SCOPE},
    {"iframe", REFERS},
    {"img", VOID | REFERS},
    {"input", VOID | REFERS},
    {"legend", LINE},
    {"li", BLOCK},
    {"link", VOID | REFERS},
    {"listing", BLOCK | PARAGRAPH | PREFORMATTED},
    {"main", BLOCK},
    {"marquee", LINE | SCOPE},
    {"menu", BLOCK | PARAGRAPH},
    {"meta", VOID | REFERS},
    {"nav", BLOCK},
    {"object", SCOPE | REFERS},
    {"ol", BLOCK | PARAGRAPH},
    {"option", LINE},
    {"p", BLOCK | PARAGRAPH},
    {"param", VOID},
    {"pre", BLOCK | PARAGRAPH | PREFORMATTED},
    {"script", REFERS},
    {"section", BLOCK},
    {"select", REFERS},
    {"source", VOID | REFERS},
    {"summary", BLOCK},
    {"table", BLOCK | SCOPE},
    {"tbody", LINE},
    {"td", CELL | SCOPE},
    {"template", SCOPE | INVISIBLE},
    {"textarea", REFERS},
    {"tfoot", LINE},
    {"th", CELL | SCOPE},
    {"thead", LINE},
    {"tr", LINE},
    {"track", VOID},
    {"ul", BLOCK | PARAGRAPH},
    {"v:imagedata", REFERS},
    {"wbr", VOID},
    {"xmp", BLOCK | PREFORMATTED},
};

struct element {
    char name[SKS_HTML_NAME_SIZE + 1];
    unsigned traits;
    struct sks_html_style style;
    unsigned quote;   /* level of quotation inside */
    unsigned ordinal; /* of the last <li> of an <ol> */
};

struct reader {
    struct sks_html *html;
    GStringChunk *strings;
    struct element stack[SKS_LIMIT_HTML_DEPTH]; /* [0] is the document */
    size_t depth;                               /* elements in the stack, at least 1 */
    size_t over;                                /* open elements beyond the stack */
    size_t over_hidden;                         /* the one of these that hides what is in it, from 1; 0: none */
    struct sks_html_text seen, hidden;
    GString *text;      /* one piece of text, its references resolved */
    GString *link_text; /* what is shown for the link that is open */
    size_t link;        /* its index + 1 in html->links; 0: none is open */
    char *base;         /* <base href>, or NULL */
    struct sks_html_sheet sheet;
};

#define LINK_TEXT_SIZE 1000

/* Whether a name is that one: nearly all are told apart by their first letter. */
static inline bool is(const char *name, const char *other)
{
    return name[0] == other[0] && strcmp(name, other) == 0;
}

static int compare_tags(const void *name, const void *tag)
{
    return strcmp(name, ((const struct tag *)tag)->name);
}

static unsigned traits_of(const char *name)
{
    const struct tag *tag = bsearch(name, tags, G_N_ELEMENTS(tags), sizeof(tags[0]), compare_tags);
    return tag != NULL ? tag->traits : 0;
}

static struct element *top(struct reader *reader)
{
    return &reader->stack[reader->depth - 1];
}

static bool is_hidden(struct reader *reader)
{
    return reader->over_hidden > 0 || sks_html_style_hides(&top(reader)->style);
}

static struct sks_html_text *writer(struct reader *reader)
{
    return is_hidden(reader) ? &reader->hidden : &reader->seen;
}

/* ---- Links ---- */

static void end_link(struct reader *reader)
{
    if (reader->link == 0)
        return;
    struct sks_link *link = &g_array_index(reader->html->links, struct sks_link, reader->link - 1);
    link->text = g_string_chunk_insert(reader->strings, g_strstrip(reader->link_text->str));
    reader->link = 0;
}

/* The absolute form of a reference (RFC 3986 section 5, without its dot segments), or NULL if there is none.
 * g_free().*/
static char *resolve(const struct reader *reader, const char *reference)
{
    const char *base = reader->base;
    if (g_str_has_prefix(reference, "//") || g_str_has_prefix(reference, "\\\\"))
        return g_strdup_printf("%s//%s",
                               base != NULL && g_str_has_prefix(base, "http:") ? "http:" : "https:", reference + 2);
    if (g_ascii_strncasecmp(reference, "www.", 4) == 0)
        return g_strconcat("http://", reference, NULL);
    if (base == NULL)
        return NULL;
    const char *authority = strstr(base, "://");
    const char *path = authority != NULL ? authority + 3 + strcspn(authority + 3, "/?#") : base + strlen(base);
    if (reference[0] == '/')
        return g_strdup_printf("%.*s%s", (int)(path - base), base, reference);
    const char *slash = path;
    for (const char *at = path; *at != '\0' && *at != '?' && *at != '#'; at++)
        if (*at == '/')
            slash = at;
    return g_strdup_printf("%.*s/%s", (int)(slash - base), base, reference);
}

/* Adds a link; false if it is none (a fragment, an empty reference) or the ceiling is reached. Takes reference over. */
static bool add_link(struct reader *reader, enum sks_link_kind kind, char *reference)
{
    struct sks_link link;
    bool added = false;
    char *trimmed = reference != NULL ? g_strstrip(reference) : NULL;
    if (trimmed == NULL || trimmed[0] == '\0' || trimmed[0] == '#')
        goto done;
    if (reader->html->links->len >= SKS_LIMIT_LINK_COUNT) {
        reader->html->links_cut = true;
        goto done;
    }
    if (!sks_link_parse(&link, reader->strings, trimmed)) {
        char *absolute = resolve(reader, trimmed);
        bool parsed = absolute != NULL && sks_link_parse(&link, reader->strings, absolute);
        g_free(absolute);
        if (!parsed) {
            const char *target = g_string_chunk_insert(reader->strings, trimmed);
            link = (struct sks_link){.target = target, .scheme = "", .host = "", .path = target, .text = ""};
        }
    }
    if (strcmp(link.scheme, "javascript") == 0 || strcmp(link.scheme, "vbscript") == 0)
        reader->html->flags |= SKS_BODY_SCRIPT;
    link.kind = kind;
    g_array_append_val(reader->html->links, link);
    added = true;
done:
    g_free(reference);
    return added;
}

/* An image counts as remote if a reader would fetch it. */
static void add_image(struct reader *reader, char *reference)
{
    char *lower = reference != NULL ? g_strstrip(g_ascii_strdown(reference, 8)) : NULL;
    bool remote = lower != NULL && (g_str_has_prefix(lower, "http") || g_str_has_prefix(lower, "//") ||
                                    (reader->base != NULL && strchr(lower, ':') == NULL));
    g_free(lower);
    if (!remote)
        g_free(reference);
    else if (add_link(reader, SKS_LINK_IMAGE, reference))
        reader->html->flags |= SKS_BODY_REMOTE_IMAGE;
}

/* url(…) in CSS: what is fetched by it. */
static void add_css_urls(struct reader *reader, const char *css)
{
    for (const char *at = css; (at = strstr(at, "url(")) != NULL;) {
        at += 4;
        at += strspn(at, " \t\r\n'\"");
        size_t size = strcspn(at, ")'\"");
        if (g_ascii_strncasecmp(at, "http", 4) == 0 || g_str_has_prefix(at, "//"))
            add_image(reader, g_strndup(at, MIN(size, SKS_LIMIT_LINK_SIZE)));
        at += size;
    }
}

/* "5; url=https://…" of a meta refresh. */
static void read_meta(struct reader *reader, const struct sks_html_token *token)
{
    char *equiv = sks_html_token_attribute(token, "http-equiv");
    char *content = sks_html_token_attribute(token, "content");
    if (equiv != NULL && content != NULL && g_ascii_strcasecmp(g_strstrip(equiv), "refresh") == 0) {
        char *at = content + strcspn(content, ";,");
        at += strspn(at, ";, \t\r\n");
        if (g_ascii_strncasecmp(at, "url", 3) == 0) {
            at += 3 + strspn(at + 3, " \t\r\n=");
            at += strspn(at, "'\"");
            add_link(reader, SKS_LINK_OTHER, g_strndup(at, strcspn(at, "'\"")));
        }
    }
    g_free(equiv);
    g_free(content);
}

static void open_link(struct reader *reader, char *reference)
{
    end_link(reader);
    if (add_link(reader, SKS_LINK_ANCHOR, reference)) {
        reader->link = reader->html->links->len;
        g_string_truncate(reader->link_text, 0);
    }
}

static void read_links(struct reader *reader, const struct sks_html_token *token, unsigned traits)
{
    const char *name = token->name;
    if (!(traits & REFERS))
        return;
    if (is(name, "a")) {
        open_link(reader, sks_html_token_attribute(token, "href"));
    } else if (is(name, "area")) {
        add_link(reader, SKS_LINK_ANCHOR, sks_html_token_attribute(token, "href"));
    } else if (is(name, "img") || is(name, "v:imagedata")) {
        add_image(reader, sks_html_token_attribute(token, "src"));
    } else if (is(name, "form")) {
        reader->html->flags |= SKS_BODY_FORM;
        add_link(reader, SKS_LINK_FORM, sks_html_token_attribute(token, "action"));
    } else if (is(name, "input") || is(name, "button") || is(name, "textarea") || is(name, "select")) {
        reader->html->flags |= SKS_BODY_FORM;
        add_link(reader, SKS_LINK_FORM, sks_html_token_attribute(token, "formaction"));
    } else if (is(name, "meta")) {
        read_meta(reader, token);
    } else if (is(name, "base") && reader->base == NULL) {
        reader->base = sks_html_token_attribute(token, "href");
    } else if (is(name, "script") || is(name, "iframe") || is(name, "frame") || is(name, "embed") ||
               is(name, "source")) {
        add_link(reader, SKS_LINK_OTHER, sks_html_token_attribute(token, "src"));
    } else if (is(name, "link")) {
        add_link(reader, SKS_LINK_OTHER, sks_html_token_attribute(token, "href"));
    } else if (is(name, "object")) {
        add_link(reader, SKS_LINK_OTHER, sks_html_token_attribute(token, "data"));
    }
    if (is(name, "script"))
        reader->html->flags |= SKS_BODY_SCRIPT;
}

/* ---- Elements ---- */

/* Whether one of the words of a class attribute is name. */
static bool has_word(const char *words, const char *name)
{
    size_t size = strlen(name);
    for (const char *at = words; at != NULL && (at = strstr(at, name)) != NULL; at += size) {
        bool begins = at == words || at[-1] == ' ';
        if (begins && (at[size] == '\0' || at[size] == ' '))
            return true;
    }
    return false;
}

/*
 * What mail programs put around the whole of the mail that is answered, besides <blockquote>. Attributions and header
 * blocks alone are left to sks_body_split(): what follows them is quoted, too.
 */
static bool marks_quote(const char *class, const char *id)
{
    static const char *const classes[] = {"moz-cite-prefix",  "moz-forward-container", "yahoo_quoted",
                                          "protonmail_quote", "zmail_extra",           "tutanota_quote"};
    static const char *const ids[] = {"OLK_SRC_BODY_SECTION", "isReplyContent", "isForwardContent"};
    for (size_t i = 0; i < G_N_ELEMENTS(classes); i++)
        if (class != NULL && has_word(class, classes[i]))
            return true;
    for (size_t i = 0; i < G_N_ELEMENTS(ids); i++)
        if (id != NULL && strcmp(id, ids[i]) == 0)
            return true;
    return false;
}

/*
 * Whether a <blockquote> is one: editors indent with it, too, and then say neither what it cites nor draw a line beside
 * it.
 */
static bool is_citation(const struct sks_html_token *token, const char *class, const char *css)
{
    char *type = sks_html_token_attribute(token, "type"), *cite = sks_html_token_attribute(token, "cite");
    const char *border = css != NULL ? strcasestr(css, "border-left") : NULL;
    bool line = border != NULL && strchr(border, ':') != NULL;
    if (line) {
        border = strchr(border, ':') + 1;
        border += strspn(border, " ");
        line = *border != '0' && g_ascii_strncasecmp(border, "none", 4) != 0 &&
               g_ascii_strncasecmp(border, "medium none", 11) != 0;
    }
    bool citation = (type != NULL && g_ascii_strcasecmp(type, "cite") == 0) || cite != NULL ||
                    (class != NULL && strcasestr(class, "quote") != NULL) || line;
    g_free(type);
    g_free(cite);
    return citation;
}

static bool marks_signature(const char *class, const char *id)
{
    return (class != NULL && has_word(class, "gmail_signature")) ||
           (id != NULL && (strcmp(id, "Signature") == 0 || strcmp(id, "ms-outlook-mobile-signature") == 0));
}

/* HTML's own attributes for what CSS says now. */
static void apply_attributes(struct sks_html_style *style, const struct sks_html_token *token)
{
    char *value = sks_html_token_attribute(token, "bgcolor");
    if (value != NULL)
        sks_html_colour_parse(&style->background, value);
    g_free(value);
    value = sks_html_token_attribute(token, "background");
    if (value != NULL)
        style->background = SKS_HTML_COLOUR_UNKNOWN;
    g_free(value);
    const char *name = is(token->name, "body") ? "text" : is(token->name, "font") ? "color" : NULL;
    value = name != NULL ? sks_html_token_attribute(token, name) : NULL;
    if (value != NULL)
        sks_html_colour_parse(&style->colour, value);
    g_free(value);
    value = sks_html_token_attribute(token, "hidden");
    if (value != NULL)
        style->gone = true;
    g_free(value);
}

/* The style that a tag gives its content. */
static void style_element(struct reader *reader, struct element *element, const struct sks_html_token *token)
{
    struct sks_html_style *style = &element->style;
    style->no_margin = false;
    if (element->traits & PREFORMATTED)
        style->preformatted = true;
    if (element->traits & INVISIBLE)
        style->gone = true;
    char *class = sks_html_token_attribute(token, "class");
    char *id = sks_html_token_attribute(token, "id");
    /* A link has a colour of its own, whatever is around it. */
    if (is(token->name, "a"))
        style->colour = 0x0000EE;
    sks_html_sheet_apply(&reader->sheet, style, token->name, class, id);
    apply_attributes(style, token);
    char *css = sks_html_token_attribute(token, "style");
    if (css != NULL) {
        sks_html_style_apply(style, css);
        add_css_urls(reader, css);
    }
    if (class != NULL && (has_word(class, "MsoNormal") || has_word(class, "MsoPlainText")))
        style->no_margin = true;
    if (is(token->name, "blockquote") ? is_citation(token, class, css) : marks_quote(class, id))
        element->quote++;
    if (marks_signature(class, id) && !is_hidden(reader)) {
        sks_html_text_line(&reader->seen);
        sks_html_text_add(&reader->seen, "--", element->quote, false);
        sks_html_text_line(&reader->seen);
    }
    g_free(class);
    g_free(id);
    g_free(css);
}

/* Ends the line, or leaves a blank line, as the element wants; one that isn't displayed takes no room at all. */
static void break_line(struct reader *reader, const struct element *element)
{
    if ((element->traits & PARAGRAPH) && !element->style.no_margin) {
        if (!element->style.gone)
            sks_html_text_paragraph(&reader->seen);
        sks_html_text_paragraph(&reader->hidden);
    } else if (element->traits & LINE) {
        if (!element->style.gone)
            sks_html_text_line(&reader->seen);
        sks_html_text_line(&reader->hidden);
    }
}

static void pop(struct reader *reader)
{
    if (reader->depth > 1) {
        break_line(reader, top(reader));
        reader->depth--;
    }
}

/* Closes the innermost open element of that name and all within, unless one of the scope stands between. */
static bool close_element(struct reader *reader, const char *name, bool through_scope)
{
    for (size_t i = reader->depth; i > 1; i--) {
        const struct element *element = &reader->stack[i - 1];
        if (is(element->name, name)) {
            while (reader->depth >= i)
                pop(reader);
            return true;
        }
        if (through_scope ? is(element->name, "table") : (element->traits & SCOPE) != 0)
            break;
    }
    return false;
}

/* Elements that a new one ends without an end tag. */
static void close_implied(struct reader *reader, const char *name, unsigned traits)
{
    if (traits & CLOSES_P)
        close_element(reader, "p", false);
    if (is(name, "li") || is(name, "option")) {
        if (is(top(reader)->name, name))
            pop(reader);
    } else if (is(name, "dt") || is(name, "dd")) {
        if (is(top(reader)->name, "dt") || is(top(reader)->name, "dd"))
            pop(reader);
    } else if (traits & CELL) {
        if (!close_element(reader, "td", true))
            close_element(reader, "th", true);
    } else if (is(name, "tr")) {
        close_element(reader, "tr", true);
    }
}

/* What is seen of an element besides its content. */
static void show_element(struct reader *reader, const struct sks_html_token *token)
{
    const struct element *element = top(reader);
    char *text = NULL;
    if (is(token->name, "br")) {
        sks_html_text_break(writer(reader));
        if (reader->link > 0)
            g_string_append_c(reader->link_text, ' ');
    } else if (is(token->name, "hr")) {
        sks_html_text_line(writer(reader));
        sks_html_text_add(writer(reader), "----------", element->quote, false);
        sks_html_text_line(writer(reader));
    } else if (is(token->name, "img")) {
        text = sks_html_token_attribute(token, "alt");
    } else if (is(token->name, "input")) {
        char *type = sks_html_token_attribute(token, "type");
        if (type == NULL || g_ascii_strcasecmp(type, "hidden") != 0)
            text = sks_html_token_attribute(token, "value");
        g_free(type);
    }
    if (text != NULL) {
        sks_html_text_add(writer(reader), text, element->quote, false);
        if (reader->link > 0 && !is_hidden(reader) && reader->link_text->len < LINK_TEXT_SIZE)
            g_string_append(reader->link_text, text);
    }
    g_free(text);
}

static void begin_item(struct reader *reader, const struct element *element)
{
    if (!is(element->name, "li"))
        return;
    struct element *list = reader->depth > 1 ? &reader->stack[reader->depth - 2] : NULL;
    char marker[16] = "- ";
    if (list != NULL && is(list->name, "ol"))
        g_snprintf(marker, sizeof(marker), "%u. ", ++list->ordinal);
    sks_html_text_add(writer(reader), marker, element->quote, false);
}

static void push(struct reader *reader, const struct element *element)
{
    if (reader->depth < G_N_ELEMENTS(reader->stack)) {
        reader->stack[reader->depth++] = *element;
        return;
    }
    reader->over++;
    if (reader->over_hidden == 0 && sks_html_style_hides(&element->style))
        reader->over_hidden = reader->over;
}

static void start_element(struct reader *reader, const struct sks_html_token *token)
{
    for (size_t i = 0; i < token->attribute_count; i++)
        if (token->attributes[i].name.size > 4 && g_ascii_strncasecmp(token->attributes[i].name.at, "on", 2) == 0)
            reader->html->flags |= SKS_BODY_SCRIPT;
    unsigned traits = traits_of(token->name);
    if (reader->over == 0)
        close_implied(reader, token->name, traits);
    if (is(token->name, "body") || is(token->name, "html")) {
        /* A second one adds its attributes to the first; here, to all that follows. */
        reader->stack[0].traits = 0;
        apply_attributes(&reader->stack[0].style, token);
    }
    struct element element = *top(reader);
    g_strlcpy(element.name, token->name, sizeof(element.name));
    element.traits = traits;
    element.ordinal = 0;
    style_element(reader, &element, token);
    break_line(reader, &element);
    if (traits & CELL)
        sks_html_text_cell(writer(reader));
    if (traits & VOID) {
        /* Its own style matters for what it shows, nothing comes after. */
        bool pushed = reader->depth < G_N_ELEMENTS(reader->stack);
        if (pushed)
            reader->stack[reader->depth++] = element;
        read_links(reader, token, traits);
        show_element(reader, token);
        if (pushed)
            reader->depth--;
        return;
    }
    push(reader, &element);
    read_links(reader, token, traits);
    begin_item(reader, &element);
}

static void end_element(struct reader *reader, const struct sks_html_token *token)
{
    const char *name = token->name;
    unsigned traits = traits_of(name);
    if (is(name, "a"))
        end_link(reader);
    /* After the end of body or html, readers go on as if it were not there. */
    if (is(name, "body") || is(name, "html"))
        return;
    if (is(name, "br")) {
        sks_html_text_break(writer(reader));
        return;
    }
    if (reader->over > 0) {
        if (reader->over_hidden == reader->over)
            reader->over_hidden = 0;
        if (!(traits & VOID))
            reader->over--;
        if (traits & LINE)
            sks_html_text_line(writer(reader));
        return;
    }
    bool table = (traits & (SCOPE | CELL)) != 0 || is(name, "tr") || g_str_has_prefix(name, "tb");
    close_element(reader, name, table);
}

/* ---- Text ---- */

static void read_text(struct reader *reader, const struct sks_html_token *token, bool title)
{
    GString *text = reader->text;
    g_string_truncate(text, 0);
    sks_html_resolve(text, token->text, false);
    if (title) {
        if (reader->html->title == NULL)
            reader->html->title = g_strstrip(g_strndup(text->str, MIN(text->len, SKS_LIMIT_LINK_SIZE)));
        return;
    }
    const struct element *element = top(reader);
    bool hidden = is_hidden(reader);
    sks_html_text_add(hidden ? &reader->hidden : &reader->seen, text->str, element->quote, element->style.preformatted);
    if (reader->link > 0 && !hidden && reader->link_text->len < LINK_TEXT_SIZE) {
        size_t room = MIN(text->len, LINK_TEXT_SIZE);
        while (room > 0 && room < text->len && ((unsigned char)text->str[room] & 0xC0) == 0x80)
            room--;
        for (size_t i = 0; i < room; i++) {
            char c = g_ascii_isspace(text->str[i]) ? ' ' : text->str[i];
            if (c != ' ' || (reader->link_text->len > 0 && reader->link_text->str[reader->link_text->len - 1] != ' '))
                g_string_append_c(reader->link_text, c);
        }
    }
}

/* A style sheet, and what it fetches. */
static void read_sheet(struct reader *reader, const struct sks_html_token *token)
{
    char *css = g_strndup(token->text.at, token->text.size);
    sks_html_sheet_add(&reader->sheet, css);
    add_css_urls(reader, css);
    g_free(css);
}

static void read_tokens(struct reader *reader, const char *utf8, size_t size)
{
    struct sks_html_scanner scanner;
    struct sks_html_token token;
    sks_html_scanner_init(&scanner, utf8, size);
    char raw[SKS_HTML_NAME_SIZE + 1] = "";
    while (sks_html_scanner_next(&scanner, &token)) {
        switch (token.kind) {
        case SKS_HTML_START:
            start_element(reader, &token);
            break;
        case SKS_HTML_END:
            end_element(reader, &token);
            break;
        case SKS_HTML_TEXT:
            read_text(reader, &token, is(raw, "title"));
            break;
        case SKS_HTML_RAW:
            if (is(raw, "style"))
                read_sheet(reader, &token);
            else if (is(raw, "xmp") || is(raw, "plaintext"))
                read_text(reader, &token, false);
            break;
        }
        g_strlcpy(raw, scanner.raw, sizeof(raw));
    }
}

void sks_html_read(struct sks_html *out_html, GStringChunk *strings, const char *utf8, size_t size)
{
    *out_html = (struct sks_html){.links = g_array_new(FALSE, FALSE, sizeof(struct sks_link)), .flags = SKS_BODY_HTML};
    if (size > SKS_LIMIT_HTML_SIZE) {
        size = SKS_LIMIT_HTML_SIZE;
        out_html->cut = true;
    }
    struct reader *reader = g_new0(struct reader, 1);
    reader->html = out_html;
    reader->strings = strings;
    reader->depth = 1;
    reader->text = g_string_new(NULL);
    reader->link_text = g_string_new(NULL);
    sks_html_sheet_init(&reader->sheet);
    sks_html_style_init(&reader->stack[0].style);
    sks_html_text_init(&reader->seen, SKS_LIMIT_TEXT_SIZE);
    sks_html_text_init(&reader->hidden, SKS_LIMIT_TEXT_SIZE);
    read_tokens(reader, utf8, size);
    end_link(reader);
    out_html->cut |= reader->seen.out.cut || reader->hidden.out.cut;
    out_html->text = sks_html_text_take(&reader->seen);
    out_html->hidden = sks_html_text_take(&reader->hidden);
    if (out_html->title == NULL)
        out_html->title = g_strdup("");
    if (out_html->hidden[0] != '\0')
        out_html->flags |= SKS_BODY_HIDDEN_TEXT;
    sks_html_sheet_finish(&reader->sheet);
    g_string_free(reader->text, TRUE);
    g_string_free(reader->link_text, TRUE);
    g_free(reader->base);
    g_free(reader);
}

void sks_html_finish(struct sks_html *html)
{
    if (html == NULL)
        return;
    g_free(html->text);
    g_free(html->hidden);
    g_free(html->title);
    if (html->links != NULL)
        g_array_unref(html->links);
    *html = (struct sks_html){0};
}
