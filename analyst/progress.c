/* One line on the terminal, rewritten a few times a second. */
#include "progress.h"

#include <glib.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "words.h"

#define INTERVAL 200000

/* Steps are named by who takes them. */
static const char *words_of(const char *step)
{
    static const char *const steps[][2] = {
        {"reading", "読み込み"}, {"text model", "文面モデル"}, {"reports", "報告"}, {"classes", "分類"}};
    for (size_t i = 0; i < G_N_ELEMENTS(steps); i++)
        if (strcmp(steps[i][0], step) == 0)
            return sks_words(steps[i][1], step);
    return step;
}

void sks_progress_show(struct sks_progress *progress, const char *step, size_t done, size_t count)
{
    if (!isatty(STDERR_FILENO))
        return;
    gint64 now = g_get_monotonic_time();
    if (g_strcmp0(step, progress->step) != 0)
        *progress = (struct sks_progress){.step = step, .started = now};
    if (now - progress->told < INTERVAL || done == 0)
        return;
    progress->told = now;
    double spent = (double)(now - progress->started) / 1e6;
    fprintf(stderr, sks_words("\r%s：%zu %%、残り %.0f 秒\033[K", "\r%s: %zu %%, %.0f s left\033[K"), words_of(step),
            done * 100 / count, spent / (double)done * (double)(count - done));
    fflush(stderr);
}

void sks_progress_clear(struct sks_progress *progress)
{
    if (progress->told > 0)
        fputs("\r\033[K", stderr);
    *progress = (struct sks_progress){0};
}
