/* Where a mail may tell a password for another's attachment, and where it tells none. */
#include "tests/test.h"

#include <glib.h>

#include "offer.h"

#define HEAD        "From: a@yama.example\nTo: b@kikan.example\nSubject: News\nMIME-Version: 1.0\n"
#define MIXED       HEAD "Content-Type: multipart/mixed; boundary=b\n\n--b\n"
#define SEE         "Content-Type: text/plain\n\nPlease look at the attachment.\n--b\n"
#define ALTERNATIVE HEAD "Content-Type: multipart/alternative; boundary=b\n\n--b\n"
#define UTF8        "Content-Type: text/plain; charset=utf-8\n"
#define HTML        "Content-Type: text/html; charset=utf-8\n\n"
#define FILE(name)  "Content-Disposition: attachment; filename=\"" name "\"\n"
#define END         "\n--b--\n"

static void offers(void **state)
{
    static const struct {
        const char *row, *mail;
        bool offered;
    } rows[] = {
        {"its own words", HEAD "\nPassword: Kx8!pqr2\n", true},
        {"nothing", HEAD "\nSee you on Thursday. Kx8!pqr2\n", false},
        {"in reverse", HEAD UTF8 "\nパスワードは 2rqp!8xK を逆から入力してください。\n", true},
        {"plain text beside HTML",
         ALTERNATIVE UTF8 "\nパスワード：Kx8!pqr2\n--b\n" HTML "<p>This is an HTML mail.</p>" END, true},
        {"HTML beside plain text",
         ALTERNATIVE UTF8 "\nThis is an HTML mail.\n--b\n" HTML "<p>Password: Kx8!pqr2</p>" END, true},
        {"plain text beside a picture",
         ALTERNATIVE UTF8 "\npassword: Kx8!pqr2\n--b\n" HTML "<p>See the image.</p><img src=\"cid:1\">" END, true},
        {"white on white",
         HEAD HTML "<p>The password is below.</p>"
                   "<p style=\"color:#fff;background:#fff\">Kx8!pqr2</p>",
         true},
        {"hidden, of nothing",
         HEAD HTML "<p>Good morning.</p>"
                   "<p style=\"color:#fff;background:#fff\">Kx8!pqr2</p>",
         false},
        {"a letter in each cell",
         HEAD HTML "<p>password</p><table><tr><td>K</td><td>x</td><td>8</td><td>!</td><td>p</td><td>q</td><td>r</td>"
                   "<td>2</td></tr></table>",
         true},
        {"a mail inside", MIXED SEE "Content-Type: message/rfc822\n\n" HEAD "\nPassword: Kx8!pqr2\n" END, true},
        {"a mail inside, of nothing", MIXED SEE "Content-Type: message/rfc822\n\n" HEAD "\nOrder: Kx8!pqr2\n" END,
         false},
        {"a bare text of a mail that speaks of it",
         "From: a@yama.example\nTo: b@kikan.example\nSubject: Password\nMIME-Version: 1.0\n"
         "Content-Type: multipart/mixed; boundary=b\n\n--b\n" SEE FILE("password.txt") "\nKx8!pqr2\n" END,
         true},
        {"a text", MIXED SEE FILE("a.txt") "\nPassword: Kx8!pqr2\n" END, true},
        {"a text in ISO-2022-JP", MIXED SEE FILE("a.txt") "\n\x1B$B%Q%9%o!<%I!'\x1B(BKx8!pqr2\n" END, true},
        {"a page", MIXED SEE FILE("a.html") "\n<html><body><p>Password:</p><p>Kx8!pqr2</p></body></html>" END, true},
        {"RTF", MIXED SEE FILE("a.rtf") "\n{\\rtf1 password: Kx8!pqr2}" END, true},
        {"a file's name", MIXED SEE FILE("パスワード_Kx8!pqr2.txt") "\nx\n" END, true},
        {"a picture's name", MIXED SEE FILE("パスワードはKx8!pqr2です.png") "\n\x89PNG\n" END, true},
        {"a file's name, of nothing", MIXED SEE FILE("order_Kx8!pqr2.txt") "\nx\n" END, false},
        {"winmail.dat",
         MIXED SEE "Content-Type: application/ms-tnef\nContent-Transfer-Encoding: base64\n\n"
                   "eJ8+IgEAAQaQCAAEAAAAAAABAAEAAQeQBgAIAAAApAMAAAAAAACnAAEMgAIAFwAAAINwg1iDj4Fb\n"
                   "g2iBRkt4OCFwcXIyDQoAJgg=" END,
         true},
    };
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        struct sks_walk walk;
        assert_row_int(rows[i].row, sks_walk_init(&walk, rows[i].mail, strlen(rows[i].mail)), 0);
        g_autoptr(GPtrArray) offered = g_ptr_array_new_with_free_func(g_free);
        bool underivable;
        size_t announced = sks_offer_find(offered, &underivable, &walk);
        bool found = announced > 0 && g_ptr_array_find_with_equal_func(offered, "Kx8!pqr2", g_str_equal, NULL);
        assert_row_int(rows[i].row, found, rows[i].offered);
        assert_row_int(rows[i].row, announced > 0, rows[i].offered);
        if (announced > 0)
            assert_row_int(rows[i].row, sks_offer_may_announce(&walk), true);
        sks_walk_finish(&walk);
    }
}

/* What is told is to be tried everywhere; the rest of what a text may mean, only where a try is quick. */
static void guesses_are_marked(void **state)
{
    static const struct {
        const char *row, *mail;
        bool others; /* the text has other words that may be meant */
    } rows[] = {
        {"told, among other words", HEAD "\nPassword: Kx8!pqr2\n\nMarta Oliveira\nYama Trading\n", true},
        {"nothing but the password", HEAD "\nKx8!pqr2\n", false},
        {"the subject speaks of it", "From: a@yama.example\nTo: b@kikan.example\nSubject: Password\n\nKx8!pqr2\n",
         false},
    };
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        struct sks_walk walk;
        assert_row_int(rows[i].row, sks_walk_init(&walk, rows[i].mail, strlen(rows[i].mail)), 0);
        g_autoptr(GPtrArray) offered = g_ptr_array_new_with_free_func(g_free);
        bool underivable, any = false;
        assert_row_int(rows[i].row, sks_offer_find(offered, &underivable, &walk) > 0, true);
        assert_row_string(rows[i].row, g_ptr_array_index(offered, 0), "Kx8!pqr2");
        for (guint k = 0; k < offered->len; k++)
            any = any || sks_walk_guessed(g_ptr_array_index(offered, k)) != NULL;
        assert_row_int(rows[i].row, any || !rows[i].others, true);
        sks_walk_finish(&walk);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(offers), cmocka_unit_test(guesses_are_marked)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
