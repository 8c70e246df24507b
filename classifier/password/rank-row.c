/* Reads lines and what stands in them. */
#include "password/rank-row.h"

#include <string.h>

#include "password/item.h"

#define MOST_AROUND 160

uint32_t rank_hash_bytes(const char *begin, const char *end)
{
    uint32_t hash = 0x811c9dc5u;
    for (; begin < end; begin++)
        hash = (hash ^ (g_ascii_isdigit(*begin) ? '0' : (unsigned char)*begin)) * 0x01000193u;
    return hash ^ hash >> 15;
}

static void add_token(struct rank_tokens *list, uint32_t hash)
{
    if (list->count < RANK_TOKENS)
        list->hashes[list->count++] = hash;
}

void rank_read_tokens(struct rank_tokens *out_list, const char *begin, const char *end)
{
    out_list->count = 0;
    for (const char *at = begin; at < end;) {
        const char *next = g_utf8_next_char(at), *second = next;
        enum rank_class class = rank_class_of(rank_character_at(at));
        if (class == BLANK) {
            at = next;
            continue;
        }
        if (class == MARK || class == WIDE) {
            add_token(out_list, rank_hash_bytes(at, MIN(next, end)));
            at = next;
            continue;
        }
        while (next < end && rank_class_of(rank_character_at(next)) == class)
            next = g_utf8_next_char(next);
        add_token(out_list, rank_hash_bytes(at, next));
        if (class == HIRAGANA || class == KANJI)
            for (const char *p = at; second < next; p = g_utf8_next_char(p), second = g_utf8_next_char(second))
                if (next - at > 6)
                    add_token(out_list, rank_hash_bytes(p, g_utf8_next_char(second)));
        at = next;
    }
}

const char *rank_cut_before(const char *begin, const char *at)
{
    if (at - begin <= MOST_AROUND)
        return begin;
    begin = at - MOST_AROUND;
    while (begin < at && ((unsigned char)*begin & 0xC0) == 0x80)
        begin++;
    return begin;
}

const char *rank_cut_after(const char *at, const char *end)
{
    if (end - at <= MOST_AROUND)
        return end;
    end = at + MOST_AROUND;
    while (end > at && ((unsigned char)*end & 0xC0) == 0x80)
        end--;
    return end;
}

struct span rank_line(const struct rank_text *text, guint row)
{
    const guint *starts = &g_array_index(text->starts, guint, 0);
    bool last = row + 1 == text->starts->len;
    return (struct span){text->lower + starts[row], text->lower + (last ? text->size : starts[row + 1] - 1u)};
}

bool rank_is_blank(const char *begin, const char *end)
{
    for (; begin < end; begin = g_utf8_next_char(begin)) {
        enum rank_class class = rank_class_of(rank_character_at(begin));
        if (class != BLANK && class != MARK && class != WIDE)
            return false;
    }
    return true;
}

bool rank_last_announcement(const struct rank_text *text, const char *begin, const char *end, struct span *out_last)
{
    struct span found;
    bool any = false;
    for (const char *at = begin; at < end && announcement_find(&text->announcements, at, end, &found); at = found.end) {
        *out_last = found;
        any = true;
    }
    return any;
}

static const struct rank_row *row_at(const struct rank_text *text, guint index)
{
    struct rank_row *row = text->rows[index];
    if (row != NULL)
        return row;
    row = text->rows[index] = g_new(struct rank_row, 1);
    row->line = rank_line(text, index);
    row->read = false;
    row->blank = rank_is_blank(row->line.begin, rank_cut_after(row->line.begin, row->line.end));
    return row;
}

static void read_row(const struct rank_text *text, guint index)
{
    struct rank_row *row = text->rows[index];
    if (row->read)
        return;
    const char *begin = row->line.begin, *end = row->line.end;
    const char *late = rank_cut_before(begin, end), *early = rank_cut_after(begin, end);
    row->announces_late = rank_last_announcement(text, late, end, &row->last);
    row->announces_early = announcement_find(&text->announcements, begin, early, &row->first);
    rank_read_tokens(&row->tail, late, end);
    rank_read_tokens(&row->head, begin, early);
    row->read = true;
}

const struct rank_row *rank_find_row(const struct rank_text *text, guint *index, bool below)
{
    for (unsigned n = 0; n < 3; n++) {
        if (below ? *index + 1 == text->starts->len : *index == 0)
            return NULL;
        *index = below ? *index + 1 : *index - 1;
        const struct rank_row *row = row_at(text, *index);
        if (row->blank)
            continue;
        read_row(text, *index);
        return row;
    }
    return NULL;
}

void rank_free_rows(struct rank_text *text)
{
    for (guint row = 0; row < text->starts->len; row++)
        g_free(text->rows[row]);
    g_free(text->rows);
}
