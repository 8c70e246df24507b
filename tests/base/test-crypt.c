/* Digests are right or there are none: with a libcrypto that lacks an algorithm, or fails, nothing wrong comes out. */
#include "tests/test.h"

#include <glib.h>
#include <openssl/evp.h>
#include <stdbool.h>
#include <sys/wait.h>
#include <unistd.h>

static const char *lacking; /* a digest that libcrypto doesn't have */
static bool failing;        /* it fails when it is asked for more */

static EVP_MD *fetch(OSSL_LIB_CTX *context, const char *name, const char *properties)
{
    return g_strcmp0(name, lacking) == 0 ? NULL : EVP_MD_fetch(context, name, properties);
}

static int update(EVP_MD_CTX *context, const void *bytes, size_t size)
{
    return failing ? 0 : EVP_DigestUpdate(context, bytes, size);
}

/* The code under test, with these in libcrypto's place. */
#define EVP_MD_fetch     fetch
#define EVP_DigestUpdate update
#include "base/crypt.c"

/* In a child, since algorithms are fetched once a process. What the child's task says, or its signal, negative. */
static int in_child(int (*task)(void))
{
    int status = 0;
    pid_t child = fork();
    if (child == 0) {
        close(STDOUT_FILENO); /* an assertion that fails says so */
        close(STDERR_FILENO);
        _exit(task());
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    return WIFSIGNALED(status) ? -WTERMSIG(status) : WEXITSTATUS(status);
}

static int tell_missing(void)
{
    return g_strcmp0(sks_crypt_missing(), lacking) == 0 ? 0 : 1;
}

static int digest(void)
{
    unsigned char out[SKS_DIGEST_MAXIMUM];
    sks_hash_once(SKS_DIGEST_SHA256, out, "abc", 3, "", 0);
    return out[0] == 0xba && out[31] == 0xad ? 0 : 1; /* FIPS 180-4, the example "abc" */
}

static void tells_what_is_missing(void **state)
{
    (void)state;
    static const char *const names[] = {NULL, "MD5", "SHA1", "SHA256", "SHA384", "SHA512"};
    for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
        lacking = names[i];
        assert_int_equal(in_child(tell_missing), 0);
    }
    lacking = NULL;
}

static void makes_no_wrong_digest(void **state)
{
    (void)state;
    assert_int_equal(in_child(digest), 0);
    lacking = "SHA256";
    assert_int_equal(in_child(digest), -SIGABRT);
    lacking = "SHA1"; /* which isn't needed here */
    assert_int_equal(in_child(digest), 0);
    lacking = NULL;
    failing = true;
    assert_int_equal(in_child(digest), -SIGABRT);
    failing = false;
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(tells_what_is_missing),
        cmocka_unit_test(makes_no_wrong_digest),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
