/* HTML to text. Expected values were written by hand, by what a browser shows. */
#include "tests/test.h"

#include <glib.h>
#include <time.h>

#include "message/html.h"
#include "sekisho/limits.h"

struct row {
    const char *name, *input, *text, *hidden;
};

static const struct row rows[] = {
    {"plain words", "Guten  Tag\n Welt ", "Guten Tag Welt", ""},
    {"blocks", "<div>a</div><div>b</div>c", "a\nb\nc", ""},
    {"paragraphs", "<p>一</p><p>二</p>", "一\n\n二", ""},
    {"breaks", "a<br>b<br/>c<br><br><br>d", "a\nb\nc\n\nd", ""},
    {"a break before a block's end is one line end", "<div>a<br></div><div>b</div>", "a\nb", ""},
    {"an empty line of a composer", "<div>a</div><div><br></div><div>b</div>", "a\n\nb", ""},
    {"cells", "<table><tr><td>名前</td><td>田中</td></tr><tr><th>a<td>b</table>x", "名前\t田中\na\tb\nx", ""},
    {"nested tables", "<table><tr><td><table><tr><td>a</td></tr></table></td><td>b</td></tr></table>", "a\nb", ""},
    {"list", "<ul><li>a<li>b</ul><ol><li>c</li><li>d</li></ol>", "- a\n- b\n\n1. c\n2. d", ""},
    {"pre", "<pre>a  b\n c</pre>", "a  b\n c", ""},
    {"blank lines in pre",
     "<blockquote cite='mid:1' style='white-space:pre-wrap'>\n  \n  <p>a\n   \n\tb</p>\n</blockquote>c",
     "> a\n\n>         b\n\nc", ""},
    {"Word's paragraphs have no margin", "<p class=MsoNormal>a</p><p class=\"MsoNormal x\">b</p>", "a\nb", ""},
    {"line end between Japanese is no space", "今日は\n  よい天気\r\nです a\nb 今\nc", "今日はよい天気です a b 今 c",
     ""},
    {"line end between Hangul is one", "가\n나", "가 나", ""},
    {"entities", "&lt;&amp;&#12354;&#x3044;&nbsp;&hearts;&copy&eacute;&bogus; &#150;&#0;&#xD800;",
     "<&あい ♥©é&bogus; –\xEF\xBF\xBD\xEF\xBF\xBD", ""},
    {"names of HTML 5", "a&commat;b&period;example&colon;", "a@b.example:", ""},
    {"no entity in the middle of a word", "AT&T &notit; x&ampy", "AT&T ¬it; x&y", ""},
    {"alternative text", "<img src=cid:1 alt='ロゴ'>社", "ロゴ社", ""},
    {"title is apart", "<head><title>題&amp;</title></head>a", "a", ""},
    {"script and style", "<style>p{}</style>a<script>if(a<b)document.write('</p>x')</script>b", "ab", ""},
    {"comments", "a<!-- <p>x -- > -->b<!-->c<!--->d<!-- x --!>e<![endif]>f<?php x?>g</ x>h", "abcdefgh", ""},
    {"conditional comments", "<!--[if mso]>x<![endif]--><![if !mso]>y<![endif]>", "y", ""},
    {"no tag", "a < b, a<3, 1 <2> x", "a < b, a<3, 1 <2> x", ""},
    {"text after the end", "<html><body>a</body></html>b<p>c", "ab\n\nc", ""},
    {"quoted >", "<a title='>' href=\"x>y\">z</a>", "z", ""},
    {"NUL bytes are told by the size", "a", "a", ""},
    {"unfinished tag", "a<b foo='", "a", ""},
    {"display", "a<div style=\"display : none !important\">x<p>y</div>b", "ab", "x\n\ny"},
    {"display in capitals", "a<span style='DISPLAY:NONE;'>x</span>b", "ab", "x"},
    {"comment in a style", "a<i style='display:/**/none'>x</i>b", "ab", "x"},
    {"visibility, and back", "<div style='visibility:hidden'>x<b style='visibility:visible'>a</b></div>", "a", "x"},
    {"size nought", "<span style='font-size:0'>x</span>a<font style=\"font: 1px/1 serif\">y</font>", "a", "xy"},
    {"size nought, and back", "<td style='font-size:0'>x<span style='font-size:14px'>a</span>", "a", "x"},
    {"relative size keeps the parent's", "<p style='font-size:0px'><b style='font-size:120%'>x</b>", "", "x"},
    {"white on white", "<font color=white>x</font>a<span style='color:#fefefe'>y</span>", "a", "xy"},
    {"white on blue", "<td bgcolor='#000080'><font color='#FFF'>a</font>", "a", ""},
    {"blue on blue", "<table bgcolor=navy><tr><td style='color:rgb(0,0,128)'>x</td></table>a", "a", "x"},
    {"white on a picture", "<td background='cid:p'><font color=white>a</font>", "a", ""},
    {"white on what a sheet says", "<style>.b{background:#00f}</style><p class=b><font color=white>a", "a", ""},
    {"white on what a sheet may say", "<style>tr .b{background:#00f}</style><p class=b><font color=white>a", "a", ""},
    {"hidden by class",
     "<style><!-- /* x{} */ p.c, .d { Display:none }--></style><p class='b c'>x</p><i class=d>y</i>a", "a", "x\n\ny"},
    {"another tag's class", "<style>p.c{display:none}</style><i class=c>a</i>", "a", ""},
    {"hidden by id", "<style>#c{font-size:0}</style><p id=c>x</p><p id=d>a", "a", "x"},
    {"hidden by tag", "<style>u{visibility:hidden}</style><u>x</u>a", "a", "x"},
    {"hidden on telephones only",
     "<style>@media (max-width:9px){.c{display:none}} .d{color:#fff}</style>"
     "<p class=c>a</p><p class=d>x",
     "a", "x"},
    {"page's colours", "<body bgcolor=black text=white>a<font color=black>x</font>", "a", "x"},
    {"a link keeps its own colour", "<p style='color:white'>x<a href='http://a.example/'>a</a>", "a", "x"},
    {"transparent", "<p style='color:transparent'>x</p><p style='color:rgba(0,0,0,0)'>y</p>", "", "x\n\ny"},
    {"opacity", "<p style='opacity:0'>x</p><p style='opacity:.9'>a</p>", "a", "x"},
    {"hidden attribute", "<p hidden>x</p>a<input type=hidden value=q>", "a", "x"},
    {"far away", "<p style='text-indent:-9999px'>x</p><div style='position:absolute;left:-5000px'>y</div>a", "a",
     "x\n\ny"},
    {"no room", "<div style='max-height:0;overflow:hidden'>x</div><div style='max-height:0'>a</div>", "a", "x"},
    {"end of a cell ends what is in it", "<table><tr><td><span style='display:none'>x</td><td>a</table>", "a", "x"},
    {"a paragraph ends one", "<p style='display:none'>x<p>a", "a", "x"},
    {"stray end tags", "</div></p></table>a</b></span>b", "ab", ""},
    {"quotation", "a<blockquote type=Cite>b<br>c<blockquote class=gmail_quote>d</blockquote></blockquote>e",
     "a\n\n> b\n> c\n\n> > d\n\ne", ""},
    {"quotation of Outlook Express", "a<blockquote style='BORDER-LEFT: #000 2px solid'>b</blockquote>", "a\n\n> b", ""},
    {"an indentation is none", "a<blockquote style='margin:0 0 0 40px;border-left:none'>b</blockquote><blockquote>c",
     "a\nb\n\nc", ""},
    {"Yahoo's quotation", "a<div class='x yahoo_quoted'>b<p>c</div>d", "a\n> b\n\n> c\n\nd", ""},
    {"Gmail's signature", "a<div class=gmail_signature>田中</div>", "a\n--\n田中", ""},
    {"noscript is shown", "<noscript>a</noscript>", "a", ""},
};

static void reads_what_is_seen(void **state)
{
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        GStringChunk *strings = g_string_chunk_new(4096);
        struct sks_html html;
        sks_html_read(&html, strings, rows[i].input, strlen(rows[i].input));
        assert_row_string(rows[i].name, html.text, rows[i].text);
        assert_row_string(rows[i].name, html.hidden, rows[i].hidden);
        assert_row_int(rows[i].name, (html.flags & SKS_BODY_HIDDEN_TEXT) != 0, rows[i].hidden[0] != '\0');
        sks_html_finish(&html);
        g_string_chunk_free(strings);
    }
}

struct link_row {
    const char *name, *input;
    unsigned flags;    /* besides SKS_BODY_HTML */
    const char *links; /* "kind target|text" each on a line */
};

static const struct link_row link_rows[] = {
    {"anchor", "<a href=' http://a.example/x?a=1&amp;b=2&copy=3 '>こちら <b>です</b></a>", 0,
     "1 http://a.example/x?a=1&b=2&copy=3|こちら です\n"},
    {"slash before the attribute", "<a/href=http://a.example/>x</a>", 0, "1 http://a.example/|x\n"},
    {"newlines in it", "<a href='ht\ntp://a.exam\r\nple/'>x</a>", 0, "1 http://a.example/|x\n"},
    {"unclosed", "<a href=http://a.example/>x<a href=http://b.example/>y", 0,
     "1 http://a.example/|x\n1 http://b.example/|y\n"},
    {"picture as text", "<a href=http://a.example/><img src=http://b.example/p.gif alt=開く></a>",
     SKS_BODY_REMOTE_IMAGE, "1 http://a.example/|開く\n3 http://b.example/p.gif|\n"},
    {"hidden text isn't shown", "<a href=http://a.example/>x<i style='display:none'>y</i></a>", SKS_BODY_HIDDEN_TEXT,
     "1 http://a.example/|x\n"},
    {"base", "<base href='https://a.example/d/e?f'><a href=g>1</a><a href=/h>2</a><a href=//b.example/>3</a>", 0,
     "1 https://a.example/d/g|1\n1 https://a.example/h|2\n1 https://b.example/|3\n"},
    {"without scheme", "<a href=www.a.example/x>1</a><a href='#top'>2</a><a href=x.html>3</a>", 0,
     "1 http://www.a.example/x|1\n1 x.html|3\n"},
    {"form", "<form action=http://a.example/post><input name=p type=password><button>送信</button></form>",
     SKS_BODY_FORM, "2 http://a.example/post|\n"},
    {"script", "<script src=http://a.example/s.js></script>", SKS_BODY_SCRIPT, "4 http://a.example/s.js|\n"},
    {"handler", "<p onclick='x()'>a", SKS_BODY_SCRIPT, ""},
    {"javascript", "<a href=javascript:x()>a</a>", SKS_BODY_SCRIPT, "1 javascript:x()|a\n"},
    {"refresh", "<meta http-equiv=Refresh content=\"0; URL='http://a.example/r'\">", 0, "4 http://a.example/r|\n"},
    {"CSS picture", "<p style=\"background:url('http://a.example/b.png')\">x", SKS_BODY_REMOTE_IMAGE,
     "3 http://a.example/b.png|\n"},
    {"embedded pictures are not remote", "<img src=cid:a><img src='data:image/gif;base64,R0'>", 0, ""},
};

static void reads_links(void **state)
{
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(link_rows); i++) {
        GStringChunk *strings = g_string_chunk_new(4096);
        struct sks_html html;
        sks_html_read(&html, strings, link_rows[i].input, strlen(link_rows[i].input));
        GString *links = g_string_new(NULL);
        for (guint j = 0; j < html.links->len; j++) {
            const struct sks_link *link = &g_array_index(html.links, struct sks_link, j);
            g_string_append_printf(links, "%d %s|%s\n", (int)link->kind, link->target, link->text);
        }
        assert_row_string(link_rows[i].name, links->str, link_rows[i].links);
        assert_row_int(link_rows[i].name, html.flags, link_rows[i].flags | SKS_BODY_HTML);
        g_string_free(links, TRUE);
        sks_html_finish(&html);
        g_string_chunk_free(strings);
    }
}

static double seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static void assert_nested_text_survives(const char *open, const char *close, size_t levels)
{
    GString *source = g_string_new("before ");
    for (size_t i = 0; i < levels; i++)
        g_string_append(source, open);
    g_string_append(source, "深い");
    for (size_t i = 0; i < levels; i++)
        g_string_append(source, close);
    g_string_append(source, "<p>after");
    GStringChunk *strings = g_string_chunk_new(4096);
    struct sks_html html;
    sks_html_read(&html, strings, source->str, source->len);
    assert_non_null(strstr(html.text, "before"));
    assert_non_null(strstr(html.text, "深い"));
    assert_non_null(strstr(html.text, "after"));
    assert_string_equal(html.hidden, "");
    sks_html_finish(&html);
    g_string_chunk_free(strings);
    g_string_free(source, TRUE);
}

static void nesting_loses_no_text(void **state)
{
    (void)state;
    static const size_t levels[] = {199, 200, 201, 1000, 100000};
    for (size_t i = 0; i < G_N_ELEMENTS(levels); i++) {
        assert_nested_text_survives("<div>", "</div>", levels[i]);
        assert_nested_text_survives("<table><tr><td>", "</td></tr></table>", levels[i]);
        assert_nested_text_survives("<b>", "</b>", levels[i]);
        assert_nested_text_survives("<blockquote type=cite>", "", levels[i]);
    }
}

static void text_hidden_below_the_stack_is_hidden(void **state)
{
    (void)state;
    GString *source = g_string_new(NULL);
    for (int i = 0; i < 500; i++)
        g_string_append(source, "<div>");
    g_string_append(source, "a<div style='display:none'>x<div>y</div></div>b");
    GStringChunk *strings = g_string_chunk_new(4096);
    struct sks_html html;
    sks_html_read(&html, strings, source->str, source->len);
    assert_string_equal(html.text, "a\nb");
    assert_string_equal(html.hidden, "x\ny");
    sks_html_finish(&html);
    g_string_chunk_free(strings);
    g_string_free(source, TRUE);
}

/* Each of these takes libxml2 or a naive reader time that grows with the square of the size. */
static void hostile_forms_cost_no_more_than_others(void **state)
{
    (void)state;
    static const char *const pieces[] = {"<b>x</i>",
                                         "<",
                                         "<!-",
                                         "<!--",
                                         "</",
                                         "&",
                                         "&#",
                                         "<a '",
                                         "<a b=",
                                         "<p>",
                                         "<script>",
                                         "<title>",
                                         "<table><td>",
                                         "<li>",
                                         "</p>",
                                         "<a href=http://a>",
                                         "<x a b c d e f g h i j k l m n o p ",
                                         "<style>",
                                         "<p class=x>",
                                         "<q>",
                                         "<p style='color:red;'>"};
    for (size_t i = 0; i < G_N_ELEMENTS(pieces); i++) {
        GString *source = g_string_new("<a ");
        if (i % 2 == 0)
            g_string_truncate(source, 0);
        while (source->len < 1000000)
            g_string_append(source, pieces[i]);
        GStringChunk *strings = g_string_chunk_new(4096);
        struct sks_html html;
        double start = seconds();
        sks_html_read(&html, strings, source->str, source->len);
        if (seconds() - start > 5) /* with sanitisers, on a busy machine; the square would take minutes */
            fail_msg("%s takes %.1f s", pieces[i], seconds() - start);
        sks_html_finish(&html);
        g_string_chunk_free(strings);
        g_string_free(source, TRUE);
    }
}

static void ceilings_are_told(void **state)
{
    (void)state;
    GString *source = g_string_new(NULL);
    while (source->len <= SKS_LIMIT_HTML_SIZE)
        g_string_append(source, "<a href=http://a.example/>あいうえおかきくけこ</a>");
    GStringChunk *strings = g_string_chunk_new(4096);
    struct sks_html html;
    sks_html_read(&html, strings, source->str, source->len);
    assert_true(html.cut);
    assert_true(html.links_cut);
    assert_int_equal(html.links->len, SKS_LIMIT_LINK_COUNT);
    assert_true(strlen(html.text) <= SKS_LIMIT_TEXT_SIZE);
    assert_true(g_utf8_validate(html.text, -1, NULL));
    sks_html_finish(&html);
    g_string_chunk_free(strings);
    g_string_free(source, TRUE);
}

static void nul_bytes_hide_nothing(void **state)
{
    (void)state;
    static const char source[] = "a\0b<p title='x\0y'>c\0</p><scr\0ipt>d";
    GStringChunk *strings = g_string_chunk_new(4096);
    struct sks_html html;
    sks_html_read(&html, strings, source, sizeof(source) - 1);
    assert_string_equal(html.text, "ab\n\nc\n\nd");
    sks_html_finish(&html);
    sks_html_finish(NULL);
    g_string_chunk_free(strings);
}

/* Rules behind each other, on elements of any style: what one does by itself, another may undo for what is inside. */
static void rules_act_alike_however_often(void **state)
{
    (void)state;
    GString *source = g_string_new("<style>.a{background:");
    for (int i = 0; i < 150; i++)
        g_string_append(source, "x ");
    g_string_append(source, ";color:#000}.gone{color:red;display:none}.pale{color:#fefefe}"
                            ".pale{background:black}.tiny{font-size:0}p.tiny{font-size:12px}.pale{background:white}"
                            "</style>");
    for (int i = 0; i < 40000; i++)
        g_string_append(source, "<b class=a>x</b>");
    g_string_append(source, "<p class='a gone'>1</p><p class=pale>2</p><p class=tiny>3</p><i class=tiny>4</i>"
                            "<div class=tiny><p class=tiny>5</p><i>6</i></div>");
    GStringChunk *strings = g_string_chunk_new(4096);
    struct sks_html html;
    sks_html_read(&html, strings, source->str, source->len);
    assert_string_equal(html.hidden, "1\n\n2\n\n4\n\n6");
    assert_non_null(strstr(html.text, "3"));
    assert_non_null(strstr(html.text, "5"));
    sks_html_finish(&html);
    g_string_chunk_free(strings);
    g_string_free(source, TRUE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_what_is_seen),
        cmocka_unit_test(reads_links),
        cmocka_unit_test(nesting_loses_no_text),
        cmocka_unit_test(text_hidden_below_the_stack_is_hidden),
        cmocka_unit_test(hostile_forms_cost_no_more_than_others),
        cmocka_unit_test(ceilings_are_told),
        cmocka_unit_test(nul_bytes_hide_nothing),
        cmocka_unit_test(rules_act_alike_however_often),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
