/* Groups: where they lie in memory, and how they are filled. */

#include "group.h"

struct part { void **at; int64_t bytes; };

/* Parts that lie one after another from `space` on, each where a vector may begin. Returns how many bytes they take. */
static int64_t place(const struct part *parts, size_t count, char *space)
{
    int64_t used = 0;
    for (size_t i = 0; i < count; i++) {
        if (space) *parts[i].at = space + used;
        used += (parts[i].bytes + (int64_t)sizeof(vd) - 1) / (int64_t)sizeof(vd) * (int64_t)sizeof(vd);
    }
    return used;
}

#define VECTORS(name, count) {(void **)&g->name, (count) * (int64_t)sizeof(vd)}
#define NUMBERS(name, count) {(void **)&g->name, (count) * (int64_t)sizeof(double)}
#define BYTES(name, count) {(void **)&g->name, (count)}

static int64_t divide(const struct problem *c, int64_t q, char *space, struct group *g)
{
    const int64_t k = c->modes, d = c->drives, rungs = q ? RUNGS : 0, square = NODES * NODES;
    const struct part parts[] = {
        VECTORS(rate, k), VECTORS(power, k), VECTORS(z, k), VECTORS(since, k), VECTORS(read, k),
        VECTORS(column, c->columns * k), VECTORS(drive, d * k), VECTORS(output, c->outputs * k),
        VECTORS(offset, c->outputs), VECTORS(drive_offset, d), VECTORS(drive_peak, d), VECTORS(gross, d),
        VECTORS(noise, d), VECTORS(term, d * k), VECTORS(x, q), VECTORS(fed, q), VECTORS(peak, q), VECTORS(error, q),
        VECTORS(worst, q), VECTORS(base, q), VECTORS(gain, q), VECTORS(half, q), VECTORS(per_half, q),
        VECTORS(loss, q), VECTORS(loss_power, q), VECTORS(scale, d + q), VECTORS(now, d + q), VECTORS(reach, d + q),
        NUMBERS(later_h, READINGS), VECTORS(later, READINGS * k), BYTES(alike, q), BYTES(bent, d + q),
        BYTES(known, rungs), BYTES(filled, rungs * q), NUMBERS(shared_loss, rungs * q), VECTORS(forget, rungs * q),
        {(void **)&g->due, (c->events * LANES + 1) * (int64_t)sizeof(struct due)},
        NUMBERS(shared, rungs * q * square), VECTORS(decay, rungs * NODES * k), VECTORS(apply, rungs * q * square),
    };
    return place(parts, sizeof parts / sizeof *parts, space);
}

int64_t space_for(const struct problem *c, int64_t stages)
{
    struct group unused;
    return divide(c, stages, NULL, &unused) + (int64_t)sizeof(vd);
}

void lay_out(const struct problem *c, int64_t stages, void *space, struct group *g)
{
    const uintptr_t size = sizeof(vd), aligned = ((uintptr_t)space + size - 1) / size * size;
    *g = (struct group){.modes = c->modes, .drives = c->drives, .stages = stages, .columns = c->columns, .outputs = c->outputs};
    divide(c, stages, (char *)aligned, g);
}

void begin(const struct problem *c, int64_t stages, void *space)
{
    struct group g;
    lay_out(c, stages, space, &g);
    if (stages) memset(g.filled, 0, (size_t)(RUNGS * stages));
}

static int compare_due(const void *a, const void *b)
{
    const struct due *one = a, *other = b;
    if (one->at != other->at) return one->at < other->at ? -1 : 1;
    return one->event - other->event;
}

/* The events of a group in order of time; an event that all share is one entry. */
static void line_up(const struct problem *c, struct group *g)
{
    int sorted = 1;
    g->dues = 0;
    for (int32_t e = 0; e < c->events; e++) {
        const double *at = c->event_h + e * c->people + g->first;
        int alike = 1;
        for (int l = 1; l < LANES; l++) alike &= at[l] == at[0];
        for (int l = 0; l < (alike ? 1 : LANES); l++) {
            g->due[g->dues] = (struct due){at[l], e, alike ? (1 << LANES) - 1 : 1 << l};
            if (g->dues && g->due[g->dues - 1].at > at[l]) sorted = 0;
            g->dues++;
        }
    }
    if (!sorted) qsort(g->due, (size_t)g->dues, sizeof(struct due), compare_due);
}

static void load_modes(const struct problem *c, struct group *g)
{
    for (int64_t k = 0; k < g->modes; k++) {
        g->rate[k] = lanes(c->rate + k * c->people, g->first);
        vd power = all(1.0);
        for (int i = 0; i < ORDER; i++) power *= magnitude(g->rate[k]);
        g->power[k] = power;
        g->z[k] = g->since[k] = all(0.0);
    }
    for (int64_t i = 0; i < g->columns * g->modes; i++) g->column[i] = lanes(c->column + i * c->people, g->first);
    for (int64_t i = 0; i < g->drives * g->modes; i++) g->drive[i] = lanes(c->drive + i * c->people, g->first);
    for (int64_t i = 0; i < g->outputs * g->modes; i++) g->output[i] = lanes(c->output + i * c->people, g->first);
    for (int64_t i = 0; i < g->outputs; i++) g->offset[i] = all(0.0);
    for (int64_t j = 0; j < g->drives; j++) {
        g->drive_offset[j] = g->drive_peak[j] = g->scale[j] = all(0.0);
        g->noise[j] = lanes(c->noise + j * c->people, g->first);
        g->bent[j] = 0;
    }
}

static void load_stage(const struct problem *c, struct group *g, int64_t q)
{
    const int64_t at = q * c->people;
    g->base[q] = lanes(c->base + at, g->first);
    g->gain[q] = lanes(c->gain + at, g->first);
    g->half[q] = lanes(c->half + at, g->first);
    g->per_half[q] = 1.0 / g->half[q];
    g->loss[q] = g->loss_power[q] = lanes(c->loss + at, g->first);
    for (int i = 1; i < NODES; i++) g->loss_power[q] *= g->loss[q];
    g->alike[q] = !any(g->loss[q] != all(g->loss[q][0]));
    g->x[q] = lanes(c->start + at, g->first);
    g->peak[q] = magnitude(g->x[q]);
    g->error[q] = g->worst[q] = all(0.0);
    g->scale[g->drives + q] = all(0.0);
    g->bent[g->drives + q] = 0;
    if (c->shape[q] == LINEAR) return;
    /* of several who read one drive, the scale is that of whoever changes over the least */
    g->scale[c->reads[q]] = g->bent[c->reads[q]] ? smaller(g->scale[c->reads[q]], g->half[q]) : g->half[q];
    if (g->bent[c->reads[q]] != INVERTED_U) g->bent[c->reads[q]] = (unsigned char)c->shape[q];
}

void load(const struct problem *c, struct group *g)
{
    load_modes(c, g);
    for (int64_t q = 0; q < g->stages; q++) load_stage(c, g, q);
    if (g->stages) memset(g->known, 0, RUNGS);
    for (int i = 0; i < READINGS; i++) g->later_h[i] = -1.0;
    g->overflow = all(0.0);
    g->event_h = 0.0;
    g->readings = 0;
    line_up(c, g);
}
