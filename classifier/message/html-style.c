/*
 * Inline CSS, read declaration by declaration. Only what can make text disappear is looked at; what isn't understood
 * leaves the text visible, since text wrongly called hidden would be lost to everything that reads the mail's words.
 */
#include "message/html-style.h"

#include <glib.h>
#include <math.h>
#include <string.h>

#include "base/unicode.h"
#include "sekisho/limits.h"

void sks_html_style_init(struct sks_html_style *out_style)
{
    *out_style = (struct sks_html_style){.colour = 0x000000, .background = 0xFFFFFF};
}

/* How far two colours may be apart in each channel and still count as one: nobody reads #fefefe on white. */
#define SAME_COLOUR 12

static bool same_colour(int32_t a, int32_t b)
{
    for (int shift = 0; shift < 24; shift += 8)
        if (ABS(((a >> shift) & 0xFF) - ((b >> shift) & 0xFF)) > SAME_COLOUR)
            return false;
    return true;
}

bool sks_html_style_hides(const struct sks_html_style *style)
{
    if (style->gone || style->invisible || style->tiny || style->away)
        return true;
    if (style->colour == SKS_HTML_COLOUR_TRANSPARENT)
        return true;
    return style->colour >= 0 && style->background >= 0 && same_colour(style->colour, style->background);
}

static bool parse_hexadecimal(int32_t *out_colour, const char *text)
{
    size_t size = strspn(text, "0123456789abcdef");
    if (text[size] != '\0' || (size != 3 && size != 4 && size != 6 && size != 8))
        return false;
    bool wide = size >= 6;
    int32_t colour = 0;
    for (size_t i = 0; i < 3; i++) {
        int high = g_ascii_xdigit_value(text[wide ? 2 * i : i]);
        int low = wide ? g_ascii_xdigit_value(text[2 * i + 1]) : high;
        colour = colour << 8 | high << 4 | low;
    }
    bool transparent = (size == 4 && text[3] == '0') || (size == 8 && text[6] == '0' && text[7] == '0');
    *out_colour = transparent ? SKS_HTML_COLOUR_TRANSPARENT : colour;
    return true;
}

/* "rgb(1, 2, 3)", "rgba(1 2 3 / 0.5)", with numbers or percentages. */
static bool parse_rgb(int32_t *out_colour, const char *text)
{
    int32_t colour = 0;
    double alpha = 1;
    for (int i = 0; i < 4; i++) {
        text += strspn(text, " ,/");
        char *end;
        double value = g_ascii_strtod(text, &end);
        if (end == text && i == 3)
            break;
        if (end == text || !isfinite(value))
            return false;
        bool percent = *end == '%';
        text = percent ? end + 1 : end;
        if (i == 3)
            alpha = percent ? value / 100 : value;
        else
            colour = colour << 8 | (int32_t)CLAMP(percent ? value * 2.55 : value, 0, 255);
    }
    *out_colour = alpha <= 0.05 ? SKS_HTML_COLOUR_TRANSPARENT : colour;
    return true;
}

static bool parse_name(int32_t *out_colour, const char *text)
{
    static const struct {
        const char *name;
        int32_t colour;
    } names[] = {
        {"white", 0xFFFFFF},       {"black", 0x000000},     {"red", 0xFF0000},        {"green", 0x008000},
        {"blue", 0x0000FF},        {"yellow", 0xFFFF00},    {"gray", 0x808080},       {"grey", 0x808080},
        {"silver", 0xC0C0C0},      {"maroon", 0x800000},    {"olive", 0x808000},      {"lime", 0x00FF00},
        {"aqua", 0x00FFFF},        {"cyan", 0x00FFFF},      {"teal", 0x008080},       {"navy", 0x000080},
        {"fuchsia", 0xFF00FF},     {"magenta", 0xFF00FF},   {"purple", 0x800080},     {"orange", 0xFFA500},
        {"snow", 0xFFFAFA},        {"ivory", 0xFFFFF0},     {"whitesmoke", 0xF5F5F5}, {"ghostwhite", 0xF8F8FF},
        {"floralwhite", 0xFFFAF0}, {"mintcream", 0xF5FFFA}, {"azure", 0xF0FFFF},      {"lightgray", 0xD3D3D3},
        {"lightgrey", 0xD3D3D3},   {"darkgray", 0xA9A9A9},  {"darkgrey", 0xA9A9A9},   {"gainsboro", 0xDCDCDC},
        {"pink", 0xFFC0CB},        {"brown", 0xA52A2A},     {"gold", 0xFFD700},       {"darkblue", 0x00008B},
        {"darkred", 0x8B0000},     {"darkgreen", 0x006400}, {"windowtext", 0x000000}, {"window", 0xFFFFFF},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
        if (strcmp(names[i].name, text) == 0) {
            *out_colour = names[i].colour;
            return true;
        }
    }
    return false;
}

bool sks_html_colour_parse(int32_t *out_colour, const char *text)
{
    char *lower = g_strstrip(g_ascii_strdown(text, (gssize)strnlen(text, 64)));
    bool found = true;
    if (lower[0] == '#')
        found = parse_hexadecimal(out_colour, lower + 1);
    else if (g_str_has_prefix(lower, "rgb(") || g_str_has_prefix(lower, "rgba("))
        found = parse_rgb(out_colour, strchr(lower, '(') + 1);
    else if (strcmp(lower, "transparent") == 0)
        *out_colour = SKS_HTML_COLOUR_TRANSPARENT;
    else if (!parse_name(out_colour, lower))
        found = parse_hexadecimal(out_colour, lower); /* HTML's attributes go without "#", too */
    g_free(lower);
    return found;
}

/* A length in pixels, as near as needed here; em, rem and percent count by a font of 16 pixels. False if none. */
static bool parse_length(double *out_pixels, const char *text)
{
    static const struct {
        const char *unit;
        double pixels;
    } units[] = {{"px", 1},  {"pt", 1.33}, {"pc", 16},   {"em", 16}, {"rem", 16}, {"ex", 8}, {"%", 0.16},
                 {"in", 96}, {"cm", 37.8}, {"mm", 3.78}, {"vw", 10}, {"vh", 8},   {"", 1}};
    char *end;
    double value = g_ascii_strtod(text, &end);
    if (end == text || !isfinite(value))
        return false;
    size_t size = strcspn(end, " /;!,)");
    for (size_t i = 0; i < G_N_ELEMENTS(units); i++) {
        if (strlen(units[i].unit) == size && memcmp(units[i].unit, end, size) == 0) {
            *out_pixels = value * units[i].pixels;
            return true;
        }
    }
    return false;
}

/* What the declarations of one element say together: some hide only jointly. */
struct box {
    bool clipped;  /* overflow:hidden */
    bool no_size;  /* width or height nought */
    bool absolute; /* position:absolute or fixed */
    bool far;      /* left, top … far outside */
};

#define FAR_PIXELS 500

static void apply_font_size(struct sks_html_style *style, const char *value)
{
    double pixels;
    if (parse_length(&pixels, value)) {
        bool relative = strstr(value, "em") != NULL || strchr(value, '%') != NULL;
        /* One pixel is invisible; small relative sizes are, too, but a normal one keeps what its parent has. */
        if (pixels <= 1.4)
            style->tiny = true;
        else if (!relative)
            style->tiny = false;
    } else if (strstr(value, "small") != NULL || strstr(value, "medium") != NULL || strstr(value, "large") != NULL) {
        style->tiny = false;
    }
}

/* "font: italic 12px/14px sans-serif": the size is the first length. */
static void apply_font(struct sks_html_style *style, const char *value)
{
    for (const char *at = value; *at != '\0';) {
        at += strspn(at, " ");
        double pixels;
        if (parse_length(&pixels, at) && pixels < 100) {
            apply_font_size(style, at);
            return;
        }
        at += strcspn(at, " ");
    }
}

/* Words of a background: picture, place and size, repetition, attachment, origin, clip and colour are ten at most. */
#define BACKGROUND_WORDS 12

/* "background: #fff url(…) no-repeat": a colour among the words; a picture makes it unknown. */
static void apply_background(struct sks_html_style *style, const char *value)
{
    if (strstr(value, "url(") != NULL || strstr(value, "gradient") != NULL) {
        style->background = SKS_HTML_COLOUR_UNKNOWN;
        return;
    }
    int32_t colour;
    if (sks_html_colour_parse(&colour, value)) {
        if (colour != SKS_HTML_COLOUR_TRANSPARENT)
            style->background = colour;
        return;
    }
    for (int words = 0; *value != '\0' && words < BACKGROUND_WORDS; words++) {
        value += strspn(value, " ");
        size_t size = strcspn(value, " ");
        char *word = g_strndup(value, size);
        bool found = sks_html_colour_parse(&colour, word);
        g_free(word);
        if (found) {
            if (colour != SKS_HTML_COLOUR_TRANSPARENT)
                style->background = colour;
            return;
        }
        value += size;
    }
}

static void apply_colour(struct sks_html_style *style, const char *value)
{
    int32_t colour;
    if (sks_html_colour_parse(&colour, value))
        style->colour = colour;
    else if (strcmp(value, "inherit") != 0)
        style->colour = SKS_HTML_COLOUR_UNKNOWN;
}

/* What is looked at. */
enum property {
    NONE,
    DISPLAY,
    MSO_HIDE,
    VISIBILITY,
    OPACITY,
    FONT_SIZE,
    FONT,
    COLOUR,
    BACKGROUND,
    CLIP,
    CLIP_PATH,
    TRANSFORM,
    FILTER,
    OVERFLOW,
    POSITION,
    EXTENT,
    OFFSET,
    TEXT_INDENT,
    MARGIN_LEFT,
    MARGIN_TOP,
    MARGIN,
    WHITE_SPACE,
};

static enum property property_of(const char *name)
{
    static const struct {
        const char *name;
        enum property property;
    } names[] = {
        {"display", DISPLAY},
        {"mso-hide", MSO_HIDE},
        {"visibility", VISIBILITY},
        {"opacity", OPACITY},
        {"font-size", FONT_SIZE},
        {"font", FONT},
        {"color", COLOUR},
        {"-webkit-text-fill-color", COLOUR},
        {"background", BACKGROUND},
        {"background-color", BACKGROUND},
        {"background-image", BACKGROUND},
        {"clip", CLIP},
        {"clip-path", CLIP_PATH},
        {"transform", TRANSFORM},
        {"filter", FILTER},
        {"overflow", OVERFLOW},
        {"position", POSITION},
        {"width", EXTENT},
        {"height", EXTENT},
        {"max-width", EXTENT},
        {"max-height", EXTENT},
        {"left", OFFSET},
        {"top", OFFSET},
        {"right", OFFSET},
        {"bottom", OFFSET},
        {"text-indent", TEXT_INDENT},
        {"margin-left", MARGIN_LEFT},
        {"margin-top", MARGIN_TOP},
        {"margin", MARGIN},
        {"white-space", WHITE_SPACE},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(names); i++)
        if (names[i].name[0] == name[0] && strcmp(names[i].name, name) == 0)
            return names[i].property;
    return NONE;
}

static void apply_box(struct box *box, enum property property, const char *value)
{
    double pixels = 0;
    if (property == OVERFLOW)
        box->clipped |= strstr(value, "hidden") != NULL || strstr(value, "clip") != NULL;
    else if (property == POSITION)
        box->absolute |= strcmp(value, "absolute") == 0 || strcmp(value, "fixed") == 0;
    else if (!parse_length(&pixels, value))
        return;
    else if (property == EXTENT)
        box->no_size |= pixels <= 1;
    else if (property == OFFSET)
        box->far |= pixels <= -FAR_PIXELS || pixels >= 20 * FAR_PIXELS;
}

static void apply_text(struct sks_html_style *style, enum property property, const char *value)
{
    double pixels = 0;
    if (property == WHITE_SPACE)
        style->preformatted = g_str_has_prefix(value, "pre");
    else if (!parse_length(&pixels, value))
        return;
    else if (property == TEXT_INDENT)
        style->away = ABS(pixels) >= FAR_PIXELS;
    else if (property != MARGIN && pixels <= -FAR_PIXELS)
        style->gone = true;
    else if (property != MARGIN_LEFT)
        style->no_margin = pixels <= 2;
}

/* What takes a text away as a whole. */
static void apply_effect(struct sks_html_style *style, enum property property, const char *value)
{
    if (property == CLIP)
        style->gone |= g_str_has_prefix(value, "rect(0") || g_str_has_prefix(value, "rect(1px");
    else if (property == CLIP_PATH)
        style->gone |= g_str_has_prefix(value, "inset(50%") || g_str_has_prefix(value, "inset(100%");
    else if (property == TRANSFORM)
        style->gone |= g_str_has_prefix(value, "scale(0)") || g_str_has_prefix(value, "scale(0,");
    else if (property == FILTER)
        style->gone |= strstr(value, "opacity=0)") != NULL || strstr(value, "opacity(0") != NULL;
    else if (property == OPACITY)
        style->gone |= g_ascii_isdigit(value[value[0] == '.']) && g_ascii_strtod(value, NULL) <= 0.05;
}

static void apply_declaration(struct sks_html_style *style, struct box *box, const char *name, const char *value)
{
    enum property property = property_of(name);
    switch (property) {
    case NONE:
        break;
    case DISPLAY:
        style->gone |= strcmp(value, "none") == 0;
        break;
    case MSO_HIDE:
        style->gone |= strcmp(value, "all") == 0;
        break;
    case VISIBILITY:
        style->invisible = strcmp(value, "hidden") == 0 || strcmp(value, "collapse") == 0;
        break;
    case FONT_SIZE:
        apply_font_size(style, value);
        break;
    case FONT:
        apply_font(style, value);
        break;
    case COLOUR:
        apply_colour(style, value);
        break;
    case BACKGROUND:
        apply_background(style, value);
        break;
    case OPACITY:
    case CLIP:
    case CLIP_PATH:
    case TRANSFORM:
    case FILTER:
        apply_effect(style, property, value);
        break;
    case OVERFLOW:
    case POSITION:
    case EXTENT:
    case OFFSET:
        apply_box(box, property, value);
        break;
    case TEXT_INDENT:
    case MARGIN_LEFT:
    case MARGIN_TOP:
    case MARGIN:
    case WHITE_SPACE:
        apply_text(style, property, value);
        break;
    }
}

/* Lower case, comments and "!important" taken out. g_free(). */
static char *simplify(const char *declarations)
{
    char *text = sks_unicode_copy_lower(declarations, strlen(declarations)), *to = text;
    for (const char *at = text; *at != '\0';) {
        if (at[0] == '/' && at[1] == '*') {
            const char *end = strstr(at + 2, "*/");
            at = end != NULL ? end + 2 : at + strlen(at);
        } else if (at[0] == '!') {
            at += strcspn(at, ";");
        } else {
            *to++ = g_ascii_isspace(*at) ? ' ' : *at;
            at++;
        }
    }
    *to = '\0';
    return text;
}

/* A part of simplified text without the spaces around it; writes a NUL behind it. */
static char *strip(char *text, char *end)
{
    while (text < end && *text == ' ')
        text++;
    while (end > text && end[-1] == ' ')
        end--;
    *end = '\0';
    return text;
}

void sks_html_style_apply(struct sks_html_style *style, const char *declarations)
{
    char *text = simplify(declarations);
    struct box box = {0};
    for (char *at = text; *at != '\0';) {
        char *end = strchrnul(at, ';'), *next = end + (*end != '\0');
        char *colon = memchr(at, ':', (size_t)(end - at));
        if (colon != NULL)
            apply_declaration(style, &box, strip(at, colon), strip(colon + 1, end));
        at = next;
    }
    if ((box.clipped && box.no_size) || (box.absolute && box.far))
        style->gone = true;
    g_free(text);
}

/* Colours that no declaration can name: one of them is still there if none was named. */
enum { COLOUR_OFF = -100, COLOUR_ON = -101 };

void sks_html_effect_init(struct sks_html_effect *out_effect)
{
    *out_effect = (struct sks_html_effect){
        .off = {.colour = COLOUR_OFF, .background = COLOUR_OFF},
        .on = {.colour = COLOUR_ON,
               .background = COLOUR_ON,
               .gone = true,
               .invisible = true,
               .tiny = true,
               .away = true,
               .preformatted = true,
               .no_margin = true},
    };
}

void sks_html_effect_add(struct sks_html_effect *effect, const char *declarations)
{
    struct sks_html_effect behind;
    sks_html_effect_init(&behind);
    sks_html_style_apply(&behind.off, declarations);
    sks_html_style_apply(&behind.on, declarations);
    sks_html_effect_join(effect, &behind);
}

void sks_html_effect_join(struct sks_html_effect *effect, const struct sks_html_effect *behind)
{
    sks_html_effect_apply(behind, &effect->off);
    sks_html_effect_apply(behind, &effect->on);
}

void sks_html_effect_apply(const struct sks_html_effect *effect, struct sks_html_style *style)
{
    const struct sks_html_style *off = &effect->off, *on = &effect->on;
    if (off->colour == on->colour)
        style->colour = on->colour;
    if (off->background == on->background)
        style->background = on->background;
    style->gone = style->gone ? on->gone : off->gone;
    style->invisible = style->invisible ? on->invisible : off->invisible;
    style->tiny = style->tiny ? on->tiny : off->tiny;
    style->away = style->away ? on->away : off->away;
    style->preformatted = style->preformatted ? on->preformatted : off->preformatted;
    style->no_margin = style->no_margin ? on->no_margin : off->no_margin;
}
