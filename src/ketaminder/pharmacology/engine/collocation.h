/* Stages over one step: their collocation polynomials, and what those leave out. */

#ifndef COLLOCATION_H
#define COLLOCATION_H

#include "steps.h"

#define ROUNDING 0x1p-52
#define BY_CHANCE 0.2          /* see collocation.py */
#define NOISE_AT_OUTSET 6.0    /* what a slope on the nodes may be out by, times what reaches 0 of it and the slope there */
#define FLOOR_OF_FLOW 1e-3     /* a stage that two large flows all but cancel is not followed beyond their digits */
#define FARTHEST 1.0           /* on the scale on which what reads a drive changes: a step that takes it further is halved */

/* One step as it would be taken: how far stages have moved on the nodes; at its end what feeds them, peak and error. */
struct step { vd *Y, *fed, *peak, *error, *left_out; };

static inline vd shaped(int32_t shape, vd u, vd half)
{
    if (shape == SATURATING) return u / (half + u);
    if (shape == INVERTED_U) return u / half * exponential(1.0 - u / half);
    return u;
}

/* How much a function may change where what it reads is out by one: at most, or at its end of the step. */
INLINE vd steepness(int32_t shape, vd value, vd per_half)
{
    if (shape == SATURATING) return (1.0 - value) * (1.0 - value) * per_half;
    if (shape == INVERTED_U) return 2.718281828459045 * per_half;
    return all(1.0);
}

/* What feeds each stage now. Steps hand it on; events and landings on them look again. */
INLINE void look_again(const struct problem *c, struct group *g, const int64_t modes)
{
    vd value[g->drives + g->stages];
    for (int64_t j = 0; j < g->drives; j++) {
        value[j] = g->drive_offset[j];
        for (int64_t k = 0; k < modes; k++) value[j] += g->drive[j * modes + k] * g->z[k];
    }
    for (int64_t q = 0; q < g->stages; q++) {
        g->fed[q] = g->base[q] + g->gain[q] * shaped(c->shape[q], value[c->reads[q]], g->half[q]);
        value[g->drives + q] = g->x[q];
    }
}

/* Who reads what has moved further over a step than its first slope promised. */
INLINE vi overshot(const struct group *g, int64_t row, vd end)
{
    vd moved = magnitude(end - g->now[row]);
    return (moved > FARTHEST * g->reach[row]) & (moved < all(INFINITY));
}

/* A drive on the nodes. */
INLINE void spread_drive(const struct group *g, int64_t j, const vd *decay, vd *value, const int64_t modes)
{
    const vd *term = g->term + j * modes;
    for (int i = 0; i < NODES; i++) {
        vd sum = g->drive_offset[j];
        for (int64_t k = 0; k < modes; k++) sum += term[k] * decay[i * modes + k];
        value[i] = sum;
    }
}

/* `Y` = apply `pull`, both on the nodes. */
INLINE void through(const struct group *g, int64_t q, int64_t at, const vd *pull, vd *Y)
{
    const double *shared = g->shared + at * NODES * NODES;
    const vd *apply = g->apply + at * NODES * NODES;
    for (int i = 0; i < NODES; i++) {
        vd sum = all(0.0);
        if (g->alike[q]) for (int j = 0; j < NODES; j++) sum += shared[i * NODES + j] * pull[j];
        else for (int j = 0; j < NODES; j++) sum += apply[i * NODES + j] * pull[j];
        Y[i] = sum;
    }
}

/* One stage over the step, which reads `u`: into `value`, both on the nodes. Returns who needs a smaller step.
   What is over before the first node shows on no node, only in the slope at the start, which the polynomial misses. */
INLINE vi collocate_stage(const struct problem *c, const struct group *g, int64_t q, int64_t at, double h, const vd *u,
                          vd *value, struct step *s)
{
    const int64_t reads = c->reads[q];
    const int32_t shape = c->shape[q];
    const vd x = g->x[q], loss = g->loss[q], base = g->base[q], gain = g->gain[q], half = g->half[q], leaves = loss * x;
    vd pull[NODES], *Y = s->Y + q * NODES, high = all(0.0), next = all(0.0), last = all(0.0), missed = g->fed[q] - leaves;
    for (int i = 0; i < NODES; i++) {
        last = shaped(shape, u[i], half);
        pull[i] = base + gain * last - leaves;
    }
    through(g, q, at, pull, Y);
    for (int i = 0; i < NODES; i++) {
        const vd slope = pull[i] - loss * Y[i];
        value[i] = x + Y[i];
        high += c->tail[i] * slope;
        next += c->tail[NODES + i] * slope;
        missed -= c->outset[i] * slope;
    }
    next = magnitude(next) + 1e-300;
    high = magnitude(high);
    missed = magnitude(missed);
    const vd moves = Y[NODES - 1], end = magnitude(x + moves);
    const vd fed = base + gain * last, through_it = magnitude(base) + magnitude(fed - base);
    const vd out = reads < g->drives ? g->noise[reads] + ROUNDING * g->gross[reads] : s->error[reads - g->drives];
    const vd passed_on = magnitude(gain) * steepness(shape, last, g->per_half[q]) * out;
    const vd falls = smaller(high / next, all(1.0)), doubt = larger(falls, all(BY_CHANCE)), sure = larger(high, BY_CHANCE * next);
    const vd before = c->nodes[0] * missed, stays = (vd)((vi)before & (missed > 2.0 * sure));
    const vd seen = h * larger(larger(high - passed_on, all(0.0)) * falls, before - NOISE_AT_OUTSET * c->nodes[0] * passed_on);
    const vd rounded = choose(moves != all(0.0), ROUNDING * (end + h * through_it), all(0.0));
    s->fed[q] = fed;
    s->peak[q] = larger(g->peak[q], end);
    s->left_out[q] = h * larger(sure * doubt, before);
    s->error[q] = (g->error[q] + h * larger(sure * doubt * doubt, stays) + h * passed_on + rounded) * g->forget[at];
    return seen > c->most_left_out * (end + FLOOR_OF_PEAK * s->peak[q] + FLOOR_OF_FLOW * h * through_it + 1e-300);
}

/* The collocation polynomials of all stages over one step. Returns whether anybody needs a smaller one. */
INLINE int collocate(const struct problem *c, struct group *g, int rung, double h, struct step *s, const int64_t modes)
{
    vd value[(g->drives + g->stages) * NODES];
    vi rejected = {0};
    for (int64_t j = 0; j < g->drives; j++) {
        spread_drive(g, j, g->decay + rung * NODES * modes, value + j * NODES, modes);
        if (g->bent[j]) rejected |= overshot(g, j, value[j * NODES + NODES - 1]);
    }
    for (int64_t q = 0; q < g->stages; q++) {
        const int64_t row = g->drives + q;
        rejected |= collocate_stage(c, g, q, rung * g->stages + q, h, value + c->reads[q] * NODES, value + row * NODES, s);
        if (g->bent[row]) rejected |= overshot(g, row, value[row * NODES + NODES - 1]);
    }
    return any(rejected);
}

/* What a step left out counts where it is read, and from there on as far as the stage remembers. */
INLINE void note(struct group *g, const struct step *s)
{
    for (int64_t q = 0; q < g->stages; q++) {
        g->error[q] = s->error[q];
        g->worst[q] = larger(g->worst[q], s->error[q] + s->left_out[q]);
    }
}

INLINE void step_over(struct group *g, int rung, const struct step *s, const int64_t modes)
{
    const vd *decay = g->decay + (rung * NODES + NODES - 1) * modes;
    for (int64_t k = 0; k < modes; k++) g->z[k] *= decay[k];
    for (int64_t q = 0; q < g->stages; q++) {
        g->x[q] += s->Y[q * NODES + NODES - 1];
        g->peak[q] = s->peak[q];
        g->fed[q] = s->fed[q];
    }
}

#endif
