/* The frame of a page. Radio buttons before the content choose the language by the style sheet alone. */
#include "page.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "config.h"

/*
 * Classes of mail have a light, a middle and a dark colour (blue, ochre, crimson), so that they differ in grey, too.
 */
static const char style[] =
    ":root{--paper:#fff;--ink:#1d2126;--soft:#5c6670;--faint:#e3e6e9;--wash:#f5f6f7;--c0:#4d86b0;--c1:#d79b2d;"
    "--c2:#8f1d3c;--c3:#1d2126;--c4:#4d86b0}\n"
    "@media (prefers-color-scheme:dark){:root{--paper:#15181c;--ink:#e6e8ea;--soft:#9aa4ae;--faint:#2c3239;"
    "--wash:#1c2025;--c0:#76acd3;--c1:#e3b45a;--c2:#e0748f;--c3:#e6e8ea;--c4:#76acd3}}\n"
    "*{box-sizing:border-box}\n"
    "body{margin:0 auto;max-width:68rem;padding:2.5rem 1.5rem 4rem;background:var(--paper);color:var(--ink);"
    "font:16px/1.65 system-ui,\"Hiragino Sans\",\"Noto Sans CJK JP\",\"Noto Sans JP\",\"Yu Gothic UI\",Meiryo,"
    "sans-serif;font-variant-numeric:tabular-nums;-webkit-text-size-adjust:100%}\n"
    "h1{font-size:1.75rem;line-height:1.3;font-weight:600;margin:0}\n"
    "h2{font-size:1.2rem;line-height:1.4;font-weight:600;margin:3rem 0 .75rem;padding-top:1rem;"
    "border-top:1px solid var(--faint)}\n"
    "h3{font-size:1rem;font-weight:600;margin:0}\n"
    "p{margin:.4rem 0;max-width:46rem}\n"
    ".line,.note,figcaption{color:var(--soft);font-size:.875rem}\n"
    ".language{position:absolute;opacity:0}\n"
    ".switch{float:right;font-size:.875rem;display:flex;border:1px solid var(--faint);border-radius:.4rem;"
    "overflow:hidden;margin-left:1rem}\n"
    ".switch label{padding:.15rem .7rem;cursor:pointer;color:var(--soft)}\n"
    "#ja:checked~.switch label[for=ja],#en:checked~.switch label[for=en]{background:var(--ink);color:var(--paper)}\n"
    "#ja:focus-visible~.switch,#en:focus-visible~.switch{outline:2px solid var(--c0)}\n"
    "#ja:checked~* [lang=en],#en:checked~* [lang=ja]{display:none}\n"
    ".figures{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,24rem),1fr));gap:2.25rem 2.5rem;"
    "margin-top:1rem}\n"
    "figure{margin:0;break-inside:avoid}\n"
    "figure>svg{display:block;width:100%;height:auto}\n"
    ".legend{display:flex;flex-wrap:wrap;gap:.1rem 1rem;font-size:.8125rem;margin:.25rem 0 .5rem;max-width:none}\n"
    ".legend svg{width:22px;height:10px;margin-right:.4rem}\n"
    ".axis-x,.axis-y{font-size:.75rem;color:var(--soft);margin:0}\n"
    ".axis-x{text-align:right}\n"
    "figcaption{margin-top:.35rem}\n"
    "svg text{font-size:11px;fill:var(--soft)}\n"
    "svg .end{text-anchor:end}svg .middle{text-anchor:middle}\n"
    "svg .grid{stroke:var(--faint)}svg .axis,svg line.tick{stroke:var(--soft)}\n"
    "svg .rule{stroke:var(--soft);stroke-dasharray:2 3}\n"
    "svg .line{fill:none;stroke-width:2;stroke-linejoin:round}svg .dashed{stroke-dasharray:6 4}\n"
    "svg .fill{fill-opacity:.16}svg .line.c0{stroke:var(--c0)}svg .line.c1{stroke:var(--c1)}"
    "svg .line.c2{stroke:var(--c2)}svg .line.c3{stroke:var(--c3)}svg .line.c4{stroke:var(--c4)}\n"
    "svg .fill.c0,svg .bar.c0,svg .point.c0{fill:var(--c0)}svg .fill.c1,svg .bar.c1,svg .point.c1{fill:var(--c1)}"
    "svg .fill.c2,svg .bar.c2,svg .point.c2{fill:var(--c2)}svg .fill.c3,svg .bar.c3,svg .point.c3{fill:var(--c3)}"
    "svg .fill.c4,svg .bar.c4,svg .point.c4{fill:var(--c4)}\n"
    ".scroll{overflow-x:auto;margin:.75rem 0}\n"
    "table{border-collapse:collapse;font-size:.875rem;line-height:1.45;min-width:100%}\n"
    "th,td{padding:.35rem .75rem;text-align:right;border-bottom:1px solid var(--faint);white-space:nowrap;"
    "vertical-align:top}\n"
    "th{font-weight:600;color:var(--soft)}thead th{border-bottom-color:var(--soft);vertical-align:bottom}\n"
    "th:first-child,td:first-child{text-align:left;padding-left:0}td.text,th.text{text-align:left}\n"
    "td.wide{text-align:left;white-space:normal;overflow-wrap:anywhere;min-width:16rem}\n"
    "tr.part td:first-child{padding-left:1.25rem;color:var(--soft)}\n"
    "td small{color:var(--soft);display:block}\n"
    ".cards{display:grid;grid-template-columns:repeat(auto-fit,minmax(11rem,1fr));gap:1px;margin:1.25rem 1px}\n"
    ".cards.three{grid-template-columns:repeat(3,1fr)}\n"
    ".cards div{outline:1px solid var(--faint);padding:.8rem 1rem}\n"
    ".cards b{display:block;font-size:1.6rem;font-weight:600;line-height:1.3}\n"
    ".cards span.what,.cards small{font-size:.8125rem;color:var(--soft)}\n"
    ".dot{display:inline-block;width:.65em;height:.65em;border-radius:50%;margin-right:.45em}\n"
    ".dot.c0{background:var(--c0)}.dot.c1{background:var(--c1)}.dot.c2{background:var(--c2)}\n"
    "details{margin:.5rem 0}summary{cursor:pointer;color:var(--soft);font-size:.875rem}\n"
    "@media (max-width:40rem){body{padding:1.5rem 1rem 3rem;font-size:15px}h1{font-size:1.4rem}"
    "svg text{font-size:13px}td.wide{min-width:9rem}.cards.three{grid-template-columns:1fr 1fr}"
    "th,td{padding:.35rem .5rem}th:first-child,td:first-child{position:sticky;left:0;background:var(--paper);"
    "white-space:normal;overflow-wrap:anywhere;min-width:8rem;max-width:10rem;border-right:1px solid var(--faint)}}\n"
    "@media print{:root{--paper:#fff;--ink:#000;--soft:#444;--faint:#ccc;--c0:#4d86b0;--c1:#d79b2d;--c2:#8f1d3c;"
    "--c3:#000;--c4:#4d86b0}@page{size:A4;margin:16mm}body{max-width:none;padding:0;font-size:10pt}"
    ".switch{display:none}.cards{grid-template-columns:repeat(4,1fr);break-inside:avoid}"
    "h1{font-size:16pt}.figures{grid-template-columns:1fr 1fr;gap:4mm 8mm}.legend,figcaption,.note{font-size:8pt;"
    "line-height:1.4}h2{break-after:avoid;margin-top:6mm}h2~p.note{break-after:avoid}.short{break-inside:avoid}"
    "tr{break-inside:avoid}table{font-size:8pt}th,td{padding:.2rem .4rem}.scroll{overflow:visible}"
    "td.wide{min-width:0}}\n";

const char *sks_page_language(int language)
{
    return language == SKS_LANGUAGE_JAPANESE ? "ja" : "en";
}

void sks_page_escape(GString *out, const char *text)
{
    g_autofree char *valid = g_utf8_make_valid(text, -1);
    for (const char *at = valid; *at != '\0'; at++) {
        switch (*at) {
        case '<':
            g_string_append(out, "&lt;");
            break;
        case '>':
            g_string_append(out, "&gt;");
            break;
        case '&':
            g_string_append(out, "&amp;");
            break;
        case '"':
            g_string_append(out, "&quot;");
            break;
        default: /* control characters can't stand in a page */
            g_string_append_c(out, (unsigned char)*at < ' ' || *at == 127 ? ' ' : *at);
        }
    }
}

void sks_page_text(GString *out, const char *ja, const char *en)
{
    if (strcmp(ja, en) == 0) {
        sks_page_escape(out, en);
        return;
    }
    g_string_append(out, "<span lang=\"ja\">");
    sks_page_escape(out, ja);
    g_string_append(out, "</span><span lang=\"en\">");
    sks_page_escape(out, en);
    g_string_append(out, "</span>");
}

void sks_page_element(GString *out, const char *tag, const char *ja, const char *en)
{
    size_t name = strcspn(tag, " ");
    g_string_append_printf(out, "<%s>", tag);
    sks_page_text(out, ja, en);
    g_string_append_printf(out, "</%.*s>", (int)name, tag);
}

void sks_page_begin(GString *out, enum sks_language first, const char *title_ja, const char *title_en,
                    const char *line_ja, const char *line_en)
{
    g_string_append_printf(out,
                           "<!DOCTYPE html>\n<html lang=\"%s\"><head><meta charset=\"utf-8\"/>"
                           "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>"
                           "<meta name=\"generator\" content=\"sekisho " SKS_VERSION "\"/><title>",
                           sks_page_language((int)first));
    sks_page_escape(out, first == SKS_LANGUAGE_JAPANESE ? title_ja : title_en);
    g_string_append_printf(out, "</title><style>\n%s</style></head>\n<body>", style);
    for (int i = 0; i < SKS_LANGUAGE_COUNT; i++)
        g_string_append_printf(out, "<input class=\"language\" type=\"radio\" name=\"language\" id=\"%s\"%s/>",
                               sks_page_language(i), i == (int)first ? " checked=\"checked\"" : "");
    g_string_append(out, "<div class=\"switch\"><label for=\"ja\">日本語</label><label for=\"en\">English</label></div>"
                         "\n<main>");
    sks_page_element(out, "h1", title_ja, title_en);
    sks_page_element(out, "p class=\"line\"", line_ja, line_en);
}

void sks_page_end(GString *out)
{
    g_string_append(out, "</main></body></html>\n");
}
