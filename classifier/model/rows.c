/* Folds of groups, and drawing a balanced set of rows. Both depend on nothing but the rows and their groups' names. */
#include <stdbool.h>
#include <string.h>

#include "model/train.h"

/* A class in Japanese, or in any other language. */
#define CELLS (SKS_CLASS_COUNT * 2)

struct group {
    const char *name;
    guint64 order; /* by hash of the name: no alphabet decides who comes first */
    size_t size;
    GArray *rows; /* size_t */
};

static unsigned cell_of(const struct sks_row *row)
{
    return (unsigned)row->class_ * 2 + (row->japanese ? 1 : 0);
}

static guint64 hash_name(const char *name)
{
    guint64 hash = 14695981039346656037u;
    for (; *name != '\0'; name++)
        hash = (hash ^ (unsigned char)*name) * 1099511628211u;
    return hash ^ hash >> 29;
}

static void free_group(gpointer data)
{
    struct group *group = data;
    g_array_unref(group->rows);
    g_free(group);
}

static int compare_order(const struct group *one, const struct group *other)
{
    if (one->order != other->order)
        return one->order < other->order ? -1 : 1;
    return strcmp(one->name, other->name);
}

static gint compare_groups(gconstpointer one, gconstpointer other)
{
    return compare_order(*(struct group *const *)one, *(struct group *const *)other);
}

static gint compare_sizes(gconstpointer one, gconstpointer other)
{
    const struct group *a = *(struct group *const *)one, *b = *(struct group *const *)other;
    return a->size != b->size ? (a->size > b->size ? -1 : 1) : compare_order(a, b);
}

static void add_row(GHashTable *table, GPtrArray *groups, const char *name, size_t row)
{
    struct group *group = g_hash_table_lookup(table, name);
    if (group == NULL) {
        group = g_new0(struct group, 1);
        group->name = name;
        group->order = hash_name(name);
        group->rows = g_array_new(FALSE, FALSE, sizeof(size_t));
        g_hash_table_insert(table, (gpointer)name, group);
        g_ptr_array_add(groups, group);
    }
    g_array_append_val(group->rows, row);
    group->size++;
}

void sks_folds_assign(unsigned *out_folds, const struct sks_row *rows, size_t count)
{
    GHashTable *table = g_hash_table_new(g_str_hash, g_str_equal);
    GPtrArray *groups = g_ptr_array_new_with_free_func(free_group);
    for (size_t i = 0; i < count; i++)
        add_row(table, groups, rows[i].group, i);
    g_ptr_array_sort(groups, compare_sizes);
    size_t load[CELLS][SKS_FOLD_COUNT] = {{0}}, total[SKS_FOLD_COUNT] = {0};
    for (guint i = 0; i < groups->len; i++) {
        const struct group *group = g_ptr_array_index(groups, i);
        size_t *of_cell = load[cell_of(&rows[g_array_index(group->rows, size_t, 0)])];
        unsigned fold = 0;
        for (unsigned j = 1; j < SKS_FOLD_COUNT; j++)
            if (of_cell[j] < of_cell[fold] || (of_cell[j] == of_cell[fold] && total[j] < total[fold]))
                fold = j;
        of_cell[fold] += group->size;
        total[fold] += group->size;
        for (size_t j = 0; j < group->size; j++)
            out_folds[g_array_index(group->rows, size_t, j)] = fold;
    }
    g_ptr_array_unref(groups);
    g_hash_table_unref(table);
}

/* Round by round, one row of each group that has not run out. */
static void take_turns(GArray *drawn, const GPtrArray *groups, size_t budget)
{
    gboolean more = TRUE;
    for (size_t round = 0; more && drawn->len < budget; round++) {
        more = FALSE;
        for (guint i = 0; i < groups->len && drawn->len < budget; i++) {
            const struct group *group = g_ptr_array_index(groups, i);
            if (round >= group->size)
                continue;
            size_t row = g_array_index(group->rows, size_t, round);
            g_array_append_val(drawn, row);
            more = TRUE;
        }
    }
}

/* Rows that people reported: each so often, as many as fit. Returns how many were drawn. */
static size_t draw_reported(GArray *all, const GArray *reported, unsigned copies, size_t most)
{
    size_t before = all->len;
    for (unsigned copy = 0; copy < copies; copy++)
        for (guint i = 0; i < reported->len && all->len - before < most; i++)
            g_array_append_val(all, g_array_index(reported, size_t, i));
    return all->len - before;
}

/* Groups of the candidates take turns until budget rows are drawn. */
static void draw_turns(GArray *drawn, const struct sks_row *rows, const GArray *candidates, size_t budget)
{
    GHashTable *table = g_hash_table_new(g_str_hash, g_str_equal);
    GPtrArray *groups = g_ptr_array_new_with_free_func(free_group);
    for (guint i = 0; i < candidates->len; i++) {
        size_t row = g_array_index(candidates, size_t, i);
        add_row(table, groups, rows[row].group, row);
    }
    g_ptr_array_sort(groups, compare_groups);
    take_turns(drawn, groups, budget);
    g_ptr_array_unref(groups);
    g_hash_table_unref(table);
}

static void draw_cell(GArray *all, const struct sks_row *rows, const unsigned *folds, size_t count, unsigned left_out,
                      enum sks_draw draw, unsigned cell, size_t budget, unsigned most_copies)
{
    g_autoptr(GArray) reported = g_array_new(FALSE, FALSE, sizeof(size_t));
    g_autoptr(GArray) first = g_array_new(FALSE, FALSE, sizeof(size_t));
    g_autoptr(GArray) last = g_array_new(FALSE, FALSE, sizeof(size_t));
    for (size_t i = 0; i < count; i++) {
        if (folds[i] == left_out || cell_of(&rows[i]) != cell || (draw == SKS_DRAW_WORDS && rows[i].assumed))
            continue;
        g_array_append_val(rows[i].reported ? reported : draw == SKS_DRAW_CLASSES && rows[i].old ? last : first, i);
    }
    bool targeted = cell / 2 == SKS_CLASS_TARGETED; /* these have a model of their own */
    budget -= draw_reported(all, reported, targeted ? 1 : SKS_REPORT_COPIES, budget / 2);
    g_autoptr(GArray) drawn = g_array_new(FALSE, FALSE, sizeof(size_t));
    draw_turns(drawn, rows, first, budget);
    draw_turns(drawn, rows, last, budget);
    size_t distinct = drawn->len, total = MIN(budget, distinct * most_copies);
    for (size_t i = 0; i < total; i++)
        g_array_append_val(all, g_array_index(drawn, size_t, i % distinct));
}

GArray *sks_rows_draw(const struct sks_row *rows, const unsigned *folds, size_t count, unsigned left_out,
                      enum sks_draw draw, size_t budget, unsigned most_copies)
{
    GArray *all = g_array_new(FALSE, FALSE, sizeof(size_t));
    for (unsigned cell = 0; cell < CELLS; cell++)
        draw_cell(all, rows, folds, count, left_out, draw, cell, budget, most_copies);
    return all;
}
