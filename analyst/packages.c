/* Links, locks and the history. Everything that changes something does so under the lock. */
#include "packages.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <stdbool.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "configuration.h"
#include "kept-out.h"

#define HISTORY  "history"
#define LOCK     ".lock"
#define NEXT     ".active.next"
#define NOTHING  "-"
#define ACTIVATE "activate"

static int fail(struct sks_problems *problems, const char *file)
{
    sks_problems_add(problems, file, 0, NULL, "%s", g_strerror(errno));
    return SKS_ERROR_IO;
}

int sks_packages_check(const char *folder, struct sks_problems *problems)
{
    struct stat status;
    if (stat(folder, &status) != 0)
        return errno == ENOENT ? 0 : fail(problems, folder);
    if (S_ISDIR(status.st_mode))
        return access(folder, R_OK | X_OK) == 0 ? 0 : fail(problems, folder);
    sks_problems_add(problems, folder, 0, NULL, "is no folder");
    return SKS_ERROR_IO;
}

static gint by_text(gconstpointer one, gconstpointer other)
{
    return strcmp(*(const char *const *)one, *(const char *const *)other);
}

GPtrArray *sks_packages_list(const char *folder)
{
    GPtrArray *names = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GDir) directory = g_dir_open(folder, 0, NULL);
    for (const char *name; directory != NULL && (name = g_dir_read_name(directory)) != NULL;)
        if (g_str_has_suffix(name, SKS_PACKAGES_ENDING) && name[0] != '.')
            g_ptr_array_add(names, g_strdup(name));
    g_ptr_array_sort(names, by_text);
    return names;
}

char *sks_packages_active(const char *folder)
{
    g_autofree char *link = g_build_filename(folder, SKS_MODELS_ACTIVE, NULL);
    g_autofree char *target = g_file_read_link(link, NULL);
    return target != NULL ? g_path_get_basename(target) : NULL;
}

char *sks_packages_find(const char *folder, const char *name)
{
    if (strchr(name, '/') != NULL)
        return NULL;
    g_autofree char *whole =
        g_str_has_suffix(name, SKS_PACKAGES_ENDING) ? g_strdup(name) : g_strconcat(name, SKS_PACKAGES_ENDING, NULL);
    g_autofree char *file = g_build_filename(folder, whole, NULL);
    return g_file_test(file, G_FILE_TEST_IS_REGULAR) ? g_steal_pointer(&whole) : NULL;
}

/* Written aside and renamed. */
static int write_file(const char *file, GBytes *bytes, int mode, struct sks_problems *problems)
{
    g_autoptr(GError) error = NULL;
    if (g_file_set_contents_full(file, g_bytes_get_data(bytes, NULL), (gssize)g_bytes_get_size(bytes),
                                 G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE, mode, &error))
        return 0;
    const char *reason = g_strrstr(error->message, ": "); /* before it stands the name of the file beside it */
    sks_problems_add(problems, file, 0, NULL, "can't be written%s", reason != NULL ? reason : "");
    return SKS_ERROR_IO;
}

/* Locking the folder: a descriptor, or -1. */
static int lock_folder(const char *folder, struct sks_problems *problems)
{
    g_autofree char *file = g_build_filename(folder, LOCK, NULL);
    int lock = open(file, O_RDWR | O_CREAT | O_CLOEXEC, 0644);
    while (lock >= 0 && flock(lock, LOCK_EX) != 0) {
        if (errno == EINTR)
            continue;
        close(lock);
        lock = -1;
    }
    if (lock < 0)
        fail(problems, file);
    return lock;
}

/* Whether a file holds just this. */
static bool holds(const char *file, GBytes *bytes)
{
    g_autofree char *is = NULL;
    gsize size;
    return g_file_get_contents(file, &is, &size, NULL) && size == g_bytes_get_size(bytes) &&
           memcmp(is, g_bytes_get_data(bytes, NULL), size) == 0;
}

/* The version as a file's name; with a number if another package has that: what was active once stays what it was. */
static char *choose_name(const char *folder, const char *version, GBytes *package)
{
    g_autofree char *safe =
        g_strcanon(g_strdup(version), G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS ".-_", '_'); /* it is a file's name */
    const char *hidden = safe[0] == '.' ? "_" : "";
    char *name = g_strconcat(hidden, safe, SKS_PACKAGES_ENDING, NULL);
    for (unsigned number = 2;; number++) {
        g_autofree char *file = g_build_filename(folder, name, NULL);
        if (!g_file_test(file, G_FILE_TEST_EXISTS) || holds(file, package))
            return name;
        g_free(name);
        name = g_strdup_printf("%s%s-%u%s", hidden, safe, number, SKS_PACKAGES_ENDING);
    }
}

/* The package last: what is kept out is nothing without it, and goes if it can't be written. */
static int write_both(const char *file, GBytes *package, GBytes *kept_out, struct sks_problems *problems)
{
    g_autofree char *beside = g_strconcat(file, SKS_KEPT_OUT_ENDING, NULL);
    bool had = g_file_test(beside, G_FILE_TEST_EXISTS);
    int error = kept_out != NULL ? write_file(beside, kept_out, 0600, problems) : 0;
    if (error == 0)
        error = write_file(file, package, 0644, problems); /* readable for the milter, whoever runs this */
    if (error != 0 && !had)
        g_unlink(beside);
    return error;
}

int sks_packages_add(const char *folder, const char *version, GBytes *package, GBytes *kept_out, char **out_name,
                     struct sks_problems *problems)
{
    if (g_mkdir_with_parents(folder, 0755) != 0)
        return fail(problems, folder);
    int lock = lock_folder(folder, problems);
    if (lock < 0)
        return SKS_ERROR_IO;
    g_autofree char *name = choose_name(folder, version, package);
    g_autofree char *file = g_build_filename(folder, name, NULL);
    int error = write_both(file, package, kept_out, problems);
    close(lock);
    if (error == 0)
        *out_name = g_steal_pointer(&name);
    return error;
}

/* What was active, the oldest first, by the lines of the history that count lines. */
static GPtrArray *replay_lines(char *const *lines, size_t count)
{
    GPtrArray *stack = g_ptr_array_new_with_free_func(g_free);
    for (size_t i = 0; i < count; i++) {
        g_auto(GStrv) fields = g_strsplit(lines[i], "\t", 4);
        if (g_strv_length(fields) < 3)
            continue;
        if (strcmp(fields[1], ACTIVATE) == 0)
            g_ptr_array_add(stack, g_strdup(fields[2]));
        else if (stack->len > 0)
            g_ptr_array_set_size(stack, (gint)stack->len - 1);
    }
    return stack;
}

static const char *top(const GPtrArray *stack)
{
    return stack->len > 0 ? g_ptr_array_index(stack, stack->len - 1) : NULL;
}

/* The history as far as it happened, ending with what is active. */
static GPtrArray *read_history(const char *folder)
{
    g_autofree char *file = g_build_filename(folder, HISTORY, NULL), *active = sks_packages_active(folder);
    g_autofree char *text = NULL;
    g_file_get_contents(file, &text, NULL, NULL);
    g_auto(GStrv) lines = g_strsplit(text != NULL ? text : "", "\n", -1);
    size_t count = g_strv_length(lines);
    count -= count > 0 && *lines[count - 1] == '\0';
    GPtrArray *stack = replay_lines(lines, count);
    if (count > 0 && g_strcmp0(top(stack), active) != 0) { /* the last line's change never came */
        g_ptr_array_unref(stack);
        stack = replay_lines(lines, count - 1);
    }
    if (g_strcmp0(top(stack), active) != 0) { /* somebody changed the link by hand */
        g_ptr_array_set_size(stack, 0);
        if (active != NULL)
            g_ptr_array_add(stack, g_strdup(active));
    }
    return stack;
}

/* Rewrites the history as what happened, with one line for what is about to: it replaces the file in one step. */
static int write_history(const char *folder, const GPtrArray *stack, const char *action, const char *name,
                         struct sks_problems *problems)
{
    g_autofree char *file = g_build_filename(folder, HISTORY, NULL), *old = NULL;
    g_autoptr(GString) text = g_string_new(NULL);
    g_autoptr(GDateTime) now = g_date_time_new_now_utc();
    g_autofree char *at = g_date_time_format(now, "%Y-%m-%dT%H:%M:%SZ");
    g_file_get_contents(file, &old, NULL, NULL);
    g_auto(GStrv) lines = g_strsplit(old != NULL ? old : "", "\n", -1);
    size_t count = g_strv_length(lines);
    count -= count > 0 && *lines[count - 1] == '\0';
    for (size_t cut = 0; cut <= 1 && cut <= count; cut++) { /* leave out a last line whose change never came */
        g_autoptr(GPtrArray) by_lines = replay_lines(lines, count - cut);
        if (g_strcmp0(top(by_lines), top(stack)) != 0)
            continue;
        for (size_t i = 0; i < count - cut; i++)
            g_string_append_printf(text, "%s\n", lines[i]);
        break;
    }
    if (text->len == 0 && stack->len > 0)
        g_string_append_printf(text, "%s\tactivate\t%s\t%s\n", at, top(stack), NOTHING);
    g_string_append_printf(text, "%s\t%s\t%s\t%s\n", at, action, name != NULL ? name : NOTHING,
                           stack->len > 0 ? top(stack) : NOTHING);
    g_autoptr(GBytes) whole = g_bytes_new(text->str, text->len);
    return write_file(file, whole, 0644, problems);
}

static void sync_folder(const char *folder)
{
    int directory = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (directory < 0)
        return;
    fsync(directory); /* best effort: a crash of the machine may bring the old link back, which is sound, too */
    close(directory);
}

/* Turns the link to a name, or takes it away. */
static int turn_link(const char *folder, const char *name, struct sks_problems *problems)
{
    g_autofree char *link = g_build_filename(folder, SKS_MODELS_ACTIVE, NULL);
    g_autofree char *next = g_build_filename(folder, NEXT, NULL);
    g_unlink(next); /* left by a process that was killed */
    bool done =
        name == NULL ? g_unlink(link) == 0 || errno == ENOENT : symlink(name, next) == 0 && g_rename(next, link) == 0;
    if (!done)
        return fail(problems, link);
    sync_folder(folder);
    return 0;
}

/* What was active before; NULL: nothing. */
static const char *before(const GPtrArray *stack)
{
    return stack->len > 1 ? g_ptr_array_index(stack, stack->len - 2) : NULL;
}

static int change(const char *folder, const char *action, const char *name, struct sks_problems *problems)
{
    int lock = lock_folder(folder, problems);
    if (lock < 0)
        return SKS_ERROR_IO;
    g_autoptr(GPtrArray) stack = read_history(folder);
    bool forth = strcmp(action, ACTIVATE) == 0, again = forth && g_strcmp0(top(stack), name) == 0;
    bool late = !forth && (stack->len == 0 || g_strcmp0(before(stack), name) != 0);
    if (late)
        sks_problems_add(problems, folder, 0, NULL, "another package was activated meanwhile");
    int error = late ? SKS_ERROR_UNAVAILABLE : again ? 0 : write_history(folder, stack, action, name, problems);
    if (error == 0 && !again)
        error = turn_link(folder, name, problems);
    close(lock);
    return error;
}

int sks_packages_activate(const char *folder, const char *name, struct sks_problems *problems)
{
    return change(folder, ACTIVATE, name, problems);
}

int sks_packages_previous(const char *folder, char **out_name, struct sks_problems *problems)
{
    g_autoptr(GPtrArray) stack = read_history(folder);
    if (stack->len == 0) {
        sks_problems_add(problems, folder, 0, NULL, "no package is active: the one that is built in is in use");
        return SKS_ERROR_UNAVAILABLE;
    }
    *out_name = g_strdup(before(stack));
    return 0;
}

int sks_packages_rollback(const char *folder, const char *name, struct sks_problems *problems)
{
    return change(folder, "rollback", name, problems);
}
