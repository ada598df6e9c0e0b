/* Outputs and stages read at an hour within a step. */

#ifndef READING_H
#define READING_H

#include "exponentials.h"
#include "group.h"

/* Lagrange weights of the polynomial through 0 and the nodes, at a place from 0 to 1 of the step. */
INLINE void lagrange(const struct problem *c, double place, double *weight)
{
    double before[NODES + 2], after = 1.0;
    before[0] = 1.0;
    for (int i = 0; i <= NODES; i++) before[i + 1] = before[i] * (place - (i ? c->nodes[i - 1] : 0.0));
    for (int i = NODES; i >= 0; i--) {
        weight[i] = before[i] * after * c->spread[i];
        after *= place - (i ? c->nodes[i - 1] : 0.0);
    }
}

INLINE vd read_at(const double *weight, vd x, const vd *Y)
{
    vd sum = all(0.0);
    for (int i = 0; i < NODES; i++) sum += weight[i + 1] * Y[i];
    return x + sum;
}

/* The modes at `hour`, by way of the first hour at which they were read since the last event: the hours between are
   often those of other events too, and their exponentials known. */
INLINE void modes_at(struct group *g, double hour, vd *z, const int64_t modes)
{
    if (g->readings == READINGS) g->readings = 0;
    const int64_t nth = g->readings++;
    if (!nth) {
        for (int64_t k = 0; k < modes; k++) z[k] = g->read[k] = g->since[k] * exponential(g->rate[k] * (hour - g->event_h));
        g->reading_h = hour;
        return;
    }
    const double later_h = hour - g->reading_h;
    vd *later = g->later + nth * modes;
    if (g->later_h[nth] != later_h)
        for (int64_t k = 0; k < modes; k++) later[k] = exponential(g->rate[k] * later_h);
    g->later_h[nth] = later_h;
    for (int64_t k = 0; k < modes; k++) z[k] = g->read[k] * later[k];
}

INLINE void emit(const struct problem *c, struct group *g, int64_t time, double elapsed, double h, const vd *Y,
                 const int64_t modes)
{
    vd z[modes];
    double *row = c->curves + time * (g->outputs + g->stages) * c->across + g->first - c->first;
    modes_at(g, c->times_h[time], z, modes);
    for (int64_t o = 0; o < g->outputs; o++) {
        vd sum = g->offset[o];
        for (int64_t k = 0; k < modes; k++) sum += g->output[o * modes + k] * z[k];
        memcpy(row + o * c->across, &sum, sizeof sum);
        g->overflow += 0.0 * sum;
    }
    if (!g->stages) return;
    double weight[NODES + 1];
    lagrange(c, elapsed / h, weight);
    for (int64_t q = 0; q < g->stages; q++) {
        vd x = read_at(weight, g->x[q], Y + q * NODES);
        g->peak[q] = larger(g->peak[q], magnitude(x));
        memcpy(row + (g->outputs + q) * c->across, &x, sizeof x);
        g->overflow += 0.0 * x;
    }
}

INLINE void jump_to(const struct problem *c, struct group *g, double next, double elapsed, double h, const vd *Y,
                    const int64_t modes)
{
    double weight[NODES + 1];
    for (int64_t k = 0; k < modes; k++) g->z[k] = g->since[k] * exponential(g->rate[k] * (next - g->event_h));
    if (g->stages) lagrange(c, elapsed / h, weight);
    for (int64_t q = 0; q < g->stages; q++) {
        g->x[q] = read_at(weight, g->x[q], Y + q * NODES);
        g->peak[q] = larger(g->peak[q], magnitude(g->x[q]));
    }
}

#endif
