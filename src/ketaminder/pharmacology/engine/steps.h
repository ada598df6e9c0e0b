/* How long a step may be, from a ladder of sizes, and what a size does to modes and stages. */

#ifndef STEPS_H
#define STEPS_H

#include "exponentials.h"
#include "group.h"

#define FLOOR_OF_PEAK 0.01
#define FLOOR_OF_GROSS 1e-5    /* a drive that its modes all but cancel is not followed into their digits */
#define FLOOR_OF_MOVE 0x1p-40  /* where it goes is a difference, and known to a few bits more than modes round to */
#define FLAT_BEYOND 40.0       /* an inverted U is zero to 1e-15 from so many halves on */

static inline double size_of(int rung)
{
    const int64_t bits = (int64_t)(((rung + LOWEST_RUNG) >> 1) + 1023) << 52;
    double whole;
    memcpy(&whole, &bits, sizeof whole);
    return (rung + LOWEST_RUNG) & 1 ? whole * 1.4142135623730951 : whole;
}

/* `apply` [NODES][NODES], by which X = x + apply (F - loss x): h over (D + h loss), which solves the collocation and leaves
   alone what is at rest. By Gauss-Jordan in place; the pivots, 6 or more, only grow with the loss. */
static void solve_step(const struct problem *c, vd loss, double h, vd *apply)
{
    for (int i = 0; i < NODES; i++)
        for (int j = 0; j < NODES; j++) apply[i * NODES + j] = c->slopes[i * NODES + j] + (i == j ? loss * h : all(0.0));
    for (int p = 0; p < NODES; p++) {
        vd *row = apply + p * NODES;
        const vd inverse = 1.0 / row[p];
        row[p] = all(1.0);
        for (int j = 0; j < NODES; j++) row[j] *= inverse;
        for (int i = 0; i < NODES; i++) {
            if (i == p) continue;
            vd *other = apply + i * NODES;
            const vd factor = other[p];
            other[p] = all(0.0);
            for (int j = 0; j < NODES; j++) other[j] -= factor * row[j];
        }
    }
    for (int i = 0; i < NODES * NODES; i++) apply[i] *= h;
}

/* One number for all where all lose alike, which takes an eighth of the memory and mostly serves the next group too. */
static void solve_shared(const struct problem *c, struct group *g, int64_t at, double loss, double h)
{
    vd apply[NODES * NODES];
    if (g->filled[at] && g->shared_loss[at] == loss) return;
    solve_step(c, all(loss), h, apply);
    for (int i = 0; i < NODES * NODES; i++) g->shared[at * NODES * NODES + i] = apply[i][0];
    g->shared_loss[at] = loss;
    g->filled[at] = 1;
}

/* Exponentials and collocation of one rung, computed when first needed. */
INLINE void learn(const struct problem *c, struct group *g, int rung, double h, const int64_t modes)
{
    if (g->known[rung]) return;
    g->known[rung] = 1;
    vd *decay = g->decay + rung * NODES * modes;
    for (int i = 0; i < NODES; i++)
        for (int64_t k = 0; k < modes; k++) decay[i * modes + k] = exponential(g->rate[k] * (c->nodes[i] * h));
    for (int64_t q = 0; q < g->stages; q++) {
        const int64_t at = rung * g->stages + q;
        if (g->alike[q]) solve_shared(c, g, at, g->loss[q][0], h);
        else solve_step(c, g->loss[q], h, g->apply + at * NODES * NODES);
        g->forget[at] = 1.0 / (1.0 + g->loss[q] * h);
    }
}

/* log2 of a ratio of positive numbers, to a tenth, in units of 2^-52: their bits are nearly their logarithms. */
static inline vi log2_ratio(vd a, vd b) { return (vi)a - (vi)b; }
static inline vd octaves(vi v) { return __builtin_convertvector(v, vd) * 0x1p-52; }

/* On what scale whatever reads u changes: that of u itself, or, on the slope of an inverted U, of its half. */
INLINE vd reach_of(unsigned char bent, vd u, vd half, vd peak)
{
    vd size = magnitude(u);
    if (!bent) return size + FLOOR_OF_PEAK * peak + 1e-300;
    return half + (bent == INVERTED_U ? larger(size - FLAT_BEYOND * half, all(0.0)) : size) + 1e-300;
}

INLINE int rung_for(const struct problem *c, struct group *g, const int64_t modes)
{
    vi bend, move;
    for (int l = 0; l < LANES; l++) bend[l] = move[l] = -(INT64_C(1000) << 52);
    for (int64_t j = 0; j < g->drives; j++) {
        vd sum = g->drive_offset[j], slope = all(0.0), high = all(0.0), gross = magnitude(sum);
        for (int64_t k = 0; k < modes; k++) {
            vd term = g->drive[j * modes + k] * g->z[k];
            g->term[j * modes + k] = term;
            sum += term;
            slope += term * g->rate[k];
            high += magnitude(term) * g->power[k];
            gross += magnitude(term);
        }
        g->drive_peak[j] = larger(g->drive_peak[j], magnitude(sum));
        g->gross[j] = gross;
        vd scale = reach_of(g->bent[j], sum, g->scale[j], g->drive_peak[j]);
        g->now[j] = sum;
        g->reach[j] = scale + FLOOR_OF_MOVE * gross;
        vi finite = high < all(INFINITY);
        bend = greater(bend, log2_ratio(high, scale + FLOOR_OF_GROSS * gross) & finite);
        if (g->bent[j]) move = greater(move, log2_ratio(magnitude(slope), g->reach[j]) & finite);
    }
    for (int64_t q = 0; q < g->stages; q++) {
        vd slope = magnitude(g->fed[q] - g->loss[q] * g->x[q]), high = slope * g->loss_power[q];
        vd scale = reach_of(g->bent[g->drives + q], g->x[q], g->scale[g->drives + q], g->peak[q]);
        g->now[g->drives + q] = g->x[q];
        g->reach[g->drives + q] = scale;
        vi finite = high < all(INFINITY);
        bend = greater(bend, log2_ratio(high, scale) & finite);
        if (g->bent[g->drives + q]) move = greater(move, log2_ratio(slope, scale) & finite);
    }
    double size = least(smaller((c->bend - octaves(bend)) * (1.0 / ORDER), c->move - octaves(move)));
    double rung = floor(2.0 * size) - LOWEST_RUNG;
    return rung < 0 ? 0 : rung > RUNGS - 1 ? RUNGS - 1 : (int)rung;
}

#endif
