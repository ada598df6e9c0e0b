/* Some people side by side, with all that is known of them while they are followed. */

#ifndef GROUP_H
#define GROUP_H

#include "lanes.h"
#include "problem.h"

#define RUNGS 112        /* sizes 2^(rung/2 - 34) h: from a fifth of a microsecond to a quarter of a million hours */
#define LOWEST_RUNG -68
#define READINGS 64      /* of one interval between events whose exponentials are kept */

struct due { double at; int32_t event, mask; };

struct group {
    int64_t first, modes, drives, stages, columns, outputs;
    vd *rate, *power, *z, *since, *column, *drive, *output;
    double event_h;                /* when something last entered; `since` is z then, so that steps' roundings do not add up */
    double reading_h;              /* when outputs were first read after that; `read` is z then */
    int64_t readings;              /* how often they were since */
    vd *read, *later;              /* later: [READINGS][modes] exponentials from then to each of the times that follow */
    double *later_h;               /* [READINGS] how much later; -1 before any is known */
    vd *offset, *drive_offset, *drive_peak, *gross, *noise; /* gross: modes of a drive without their signs */
    vd *term;                      /* [drives][modes] what each mode gives to a drive now */
    vd *x, *fed, *peak, *error, *worst, *base, *gain, *half, *per_half, *loss, *loss_power; /* fed: dx/dt now, but for the loss */
    vd *scale, *now, *reach;       /* by drive and stage: half of what reads it, its value, and how far it may move */
    vd *decay, *apply, *forget;    /* by rung: exponentials at the nodes; collocation of each stage, and its loss */
    double *shared, *shared_loss;  /* by stage and rung: collocation where all lose alike, and the loss it was computed for */
    unsigned char *known, *filled; /* by rung: computed for this group; by stage and rung: whether `shared` was */
    unsigned char *alike, *bent;   /* by stage: whether all lose alike; by drive and stage: the most bent function that reads it */
    struct due *due;
    int64_t dues;
    vd overflow;                   /* zero, or NaN where a curve is not finite */
};

/* How many bytes a group of a problem takes, its stages followed or not. */
int64_t space_for(const struct problem *c, int64_t stages);

/* A group in `space`, where what groups share stays from one to the next. */
void lay_out(const struct problem *c, int64_t stages, void *space, struct group *g);

/* Nothing is known yet that groups share. */
void begin(const struct problem *c, int64_t stages, void *space);

/* The people from number `g->first` on, before anything has entered. */
void load(const struct problem *c, struct group *g);

/* Something enters: at once, or from now on at another rate. */
INLINE void enter(const struct problem *c, struct group *g, struct due due, const int64_t modes)
{
    vd amount = lanes(c->event_amount + due.event * c->people, g->first);
    vi mask = {0};
    for (int l = 0; l < LANES; l++) mask[l] = (due.mask >> l & 1) ? -1 : 0;
    amount = (vd)((vi)amount & mask);
    const vd *column = g->column + c->event_column[due.event] * modes;
    if (c->event_entry[due.event] == AT_ONCE) {
        for (int64_t k = 0; k < modes; k++) g->z[k] += column[k] * amount;
        return;
    }
    for (int64_t k = 0; k < modes; k++) {   /* z decays around its steady state: shift it, and the outputs back */
        vd jump = column[k] * amount / g->rate[k];
        g->z[k] += jump;
        for (int64_t o = 0; o < g->outputs; o++) g->offset[o] -= g->output[o * modes + k] * jump;
        for (int64_t j = 0; j < g->drives; j++) g->drive_offset[j] -= g->drive[j * modes + k] * jump;
    }
}

#endif
