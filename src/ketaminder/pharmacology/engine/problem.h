/* One problem as engine/problem.py lays it out, and how many nodes a step has. */

#ifndef PROBLEM_H
#define PROBLEM_H

#include <stdint.h>

#ifndef NODES
#define NODES 9                /* that of engine/kernel.py */
#endif
#define ORDER (NODES + 1)

enum shape { LINEAR = 0, SATURATING = 1, INVERTED_U = 2 };
enum entry { AT_ONCE = 0, RATE_CHANGE = 1 };

/* Arrays have people last and padded to whole groups. engine/kernel.py fills this in; keep both alike. */
struct problem {
    int64_t people, modes, columns, drives, outputs, events, times, stages;
    const double *rate;            /* [modes][people] 1/h, below zero */
    const double *column;          /* [columns][modes][people] what a unit of an input excites */
    const double *drive;           /* [drives][modes][people] */
    const double *noise;           /* [drives][people] by how much a drive may be out because modes are */
    const double *output;          /* [outputs][modes][people] */
    const double *event_h;         /* [events][people] */
    const double *event_amount;    /* [events][people] mg, or a change in mg/h */
    const int32_t *event_column;   /* [events] */
    const int32_t *event_entry;    /* [events] */
    const double *times_h;         /* [times] ascending */
    const int32_t *reads;          /* [stages] a drive, or drives + an earlier stage */
    const int32_t *shape;          /* [stages] */
    const double *base, *gain, *half, *loss, *start; /* [stages][people] */
    const double *nodes;           /* [NODES], the last one 1 */
    const double *slopes;          /* [NODES][NODES] D: of the polynomial that is 0 at the start, from its values */
    const double *tail;            /* [2][NODES] the two highest Legendre coefficients of a function on the nodes */
    const double *spread;          /* [NODES + 1] Lagrange's denominators for 0 and the nodes, inverted */
    const double *outset;          /* [NODES] the collocation polynomial's value at 0 */
    double bend, move;             /* log2 of what a step may leave out times ORDER!, and of how far a drive may move */
    double most_left_out;          /* of a stage, by a step's own account: a step that leaves out more is halved */
    double *curves;                /* [times][outputs + stages][across], of the people from number `first` on */
    double *error;                 /* [people] estimated, relative to each stage's peak; NaN where a curve overflowed */
    int64_t first, across;         /* of the people who stand in `curves`, and how many they are */
    int64_t steps;                 /* taken, by all groups */
};

#endif
