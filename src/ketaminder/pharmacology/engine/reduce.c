/* People's drives reduced to their peaks, areas and hours above a level. */

#include "steps.h"

#define SEARCHES 12            /* Newton's steps within a bracket: more than doubles can tell apart */

struct reduction { vd *level, *peak, *peak_h, *area, *above; };

/* Value, slope and bend of a drive, `elapsed` hours (a lane each) after the state in g->z. */
static void look(const struct group *g, int64_t drive, vd elapsed, vd *value, vd *slope, vd *bend)
{
    const vd *row = g->drive + drive * g->modes;
    *value = g->drive_offset[drive];
    *slope = *bend = all(0.0);
    for (int64_t k = 0; k < g->modes; k++) {
        vd term = row[k] * g->z[k] * exponential(g->rate[k] * elapsed);
        *value += term;
        *slope += term * g->rate[k];
        *bend += term * g->rate[k] * g->rate[k];
    }
}

/* Where the value less `level` (or, without `of_value`, the slope) changes sign between low and high: Newton's steps
   inside a bracket that shrinks, halving it where a step would leave it. */
static vd sign_change(const struct group *g, int64_t drive, vd low, vd high, vd level, int of_value)
{
    vd value, slope, bend, at = 0.5 * (low + high);
    look(g, drive, low, &value, &slope, &bend);
    vi rising = (of_value ? value - level : slope) < 0.0;
    for (int i = 0; i < SEARCHES; i++) {
        look(g, drive, at, &value, &slope, &bend);
        vd f = of_value ? value - level : slope, df = of_value ? slope : bend;
        vi below = (f < 0.0) == rising;
        low = choose(below, at, low);
        high = choose(below, high, at);
        vd next = at - f / df;
        vi inside = (next >= low) & (next <= high);
        at = choose(inside, next, 0.5 * (low + high));
    }
    return at;
}

/* Hours above `level` from a to b, between which the value only rises or only falls. */
static vd hours_above(const struct group *g, int64_t drive, vd a, vd b, vd at_a, vd at_b, vd level)
{
    vi above_a = at_a > level, above_b = at_b > level, crosses = above_a ^ above_b;
    vd hours = (vd)((vi)(b - a) & above_a & above_b);
    if (!any(crosses)) return hours;
    vd at = sign_change(g, drive, a, b, level, 1);
    return choose(crosses, choose(above_a, at - a, b - at), hours);
}

static void reduce_stretch(struct reduction *r, const struct group *g, int64_t drive, double t, double length)
{
    vd zero = all(0.0), end = all(length), v0, s0, v1, s1, bend;
    look(g, drive, zero, &v0, &s0, &bend);
    look(g, drive, end, &v1, &s1, &bend);
    const vd *row = g->drive + drive * g->modes;
    vd area = g->drive_offset[drive] * length;
    for (int64_t k = 0; k < g->modes; k++)
        area += row[k] * g->z[k] * exponential_less_one(g->rate[k] * length) / g->rate[k];
    r->area[drive] += area;
    vi turns = (s0 > 0.0) ^ (s1 > 0.0);
    vd turn = end, vt = v1, unused;
    if (any(turns)) {
        turn = choose(turns, sign_change(g, drive, zero, end, zero, 0), end);
        look(g, drive, turn, &vt, &unused, &bend);
    }
    const vd at[3] = {zero, turn, end}, value[3] = {v0, vt, v1};
    for (int i = 0; i < 3; i++) {
        vi higher = value[i] > r->peak[drive];
        r->peak[drive] = choose(higher, value[i], r->peak[drive]);
        r->peak_h[drive] = choose(higher, at[i] + t, r->peak_h[drive]);
    }
    vd level = r->level[drive];
    r->above[drive] += hours_above(g, drive, zero, turn, v0, vt, level);
    if (any(turns)) r->above[drive] += (vd)((vi)hours_above(g, drive, turn, end, vt, v1, level) & turns);
}

static void reduce_group(const struct problem *c, struct group *g, struct reduction *r, double until)
{
    double t = 0.0;
    int64_t due = 0;
    for (int64_t j = 0; j < g->drives; j++) r->peak[j] = r->peak_h[j] = r->area[j] = r->above[j] = all(0.0);
    while (t < until) {
        while (due < g->dues && g->due[due].at <= t) enter(c, g, g->due[due++], g->modes);
        double stop = due < g->dues && g->due[due].at < until ? g->due[due].at : until;
        double h = size_of(rung_for(c, g, g->modes));
        if (t + h > stop) h = stop - t;
        for (int64_t j = 0; j < g->drives; j++) reduce_stretch(r, g, j, t, h);
        for (int64_t k = 0; k < g->modes; k++) g->z[k] *= exponential(g->rate[k] * h);
        t = t + h >= stop ? stop : t + h;
    }
}

/* Peak, its hour, area and hours above a level of every drive from zero until an hour: [4][drives][people] into
   `reduced`; `level` is [drives][people]. Stages are not followed. */
void reduce(const struct problem *c, void *space, const double *level, double until, double *reduced)
{
    struct group g;
    const int64_t d = c->drives;
    vd memory[5 * d + 1];
    struct reduction r = {memory, memory + d, memory + 2 * d, memory + 3 * d, memory + 4 * d};
    const vd *found[4] = {r.peak, r.peak_h, r.area, r.above};
    lay_out(c, 0, space, &g);
    for (int64_t first = 0; first < c->people; first += LANES) {
        g.first = first;
        load(c, &g);
        for (int64_t j = 0; j < d; j++) r.level[j] = lanes(level + j * c->people, first);
        reduce_group(c, &g, &r, until);
        for (int64_t i = 0; i < 4; i++)
            for (int64_t j = 0; j < d; j++)
                memcpy(reduced + (i * d + j) * c->people + first, found[i] + j, sizeof(vd));
    }
}
