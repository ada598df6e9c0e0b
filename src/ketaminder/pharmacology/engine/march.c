/* The fast path of pharmacology.engine: people side by side, a vector of them, followed through modes and stages.

   It does what definition.py does, in the same words; read that first. Modes decay exactly. Each stage is a linear
   filter driven by a function of one drive or of an earlier stage; within a step it is the Radau IIA collocation
   polynomial, which takes no iteration because the stages before it are known (collocation.h). Steps are chosen
   beforehand for a group of people together, from a ladder of sizes, so that the exponentials of a size are computed
   once (steps.h). A step may reach beyond an event: the polynomial is then read at the event (reading.h). What a group
   shares depends on the places of its people alone, so that any division of people into chunks and threads gives the
   same bytes. */

#include "collocation.h"
#include "reading.h"

INLINE int64_t follow(const struct problem *c, struct group *g, const int64_t modes)
{
    int64_t time = 0, due = 0, steps = 0;
    double t = 0.0;
    vd Y[g->stages * NODES + 1], ends[4 * g->stages + 1];
    struct step s = {Y, ends, ends + g->stages, ends + 2 * g->stages, ends + 3 * g->stages};
    while (time < c->times) {
        if (due < g->dues && g->due[due].at <= t) {
            while (due < g->dues && g->due[due].at <= t) enter(c, g, g->due[due++], modes);
            memcpy(g->since, g->z, sizeof(vd) * (size_t)modes);
            g->event_h = t;
            g->readings = 0;
            look_again(c, g, modes);
        }
        double next = due < g->dues ? g->due[due].at : INFINITY, h = INFINITY;
        int rung = 0;
        if (g->stages) {
            rung = rung_for(c, g, modes);
            for (;;) {
                h = size_of(rung);
                learn(c, g, rung, h, modes);
                steps++;
                if (!collocate(c, g, rung, h, &s, modes) || rung < 2) break;
                rung -= 2;
            }
            note(g, &s);
        }
        while (time < c->times && c->times_h[time] < next && c->times_h[time] - t <= h) {
            emit(c, g, time, c->times_h[time] - t, h, Y, modes);
            time++;
        }
        if (time == c->times) break;
        if (t + h >= next) {
            jump_to(c, g, next, next - t, h, Y, modes);
            t = next;
        } else {
            step_over(g, rung, &s, modes);
            t += h;
        }
    }
    return steps;
}

/* Loops of a known length are unrolled, so a number of modes that a model is likely to have gets code of its own. */
static int64_t follow_group(const struct problem *c, struct group *g)
{
    switch (g->modes) {
    case 3: return follow(c, g, 3);
    case 4: return follow(c, g, 4);
    case 5: return follow(c, g, 5);
    case 6: return follow(c, g, 6);
    case 7: return follow(c, g, 7);
    case 8: return follow(c, g, 8);
    default: return follow(c, g, g->modes);
    }
}

static void judge(const struct problem *c, struct group *g)
{
    vd worst = all(0.0);
    for (int64_t q = 0; q < g->stages; q++) worst = larger(worst, g->worst[q] / (g->peak[q] + 1e-290));
    worst += g->overflow;
    memcpy(c->error + g->first, &worst, sizeof worst);
}

/* Follow the groups from `first` up to `last` in `space`, which has begun. */
void march(struct problem *c, void *space, int64_t first, int64_t last)
{
    struct group g;
    lay_out(c, c->stages, space, &g);
    for (int64_t number = first; number < last; number++) {
        g.first = number * LANES;
        load(c, &g);
        c->steps += follow_group(c, &g);
        judge(c, &g);
    }
}

/* By this size engine/kernel.py tells a library that was compiled from other structs. */
int64_t size_of_problem(void) { return sizeof(struct problem); }

/* Likewise. */
int nodes_of_a_step(void) { return NODES; }

/* How many people stand side by side. */
int lanes_side_by_side(void) { return LANES; }

/* The level of the x86-64 psABI that this processor reaches: 4, 3, or 1. */
int processor_level(void)
{
#if defined(__x86_64__)
    __builtin_cpu_init();
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl")) return 4;
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) return 3;
#endif
    return 1;
}
