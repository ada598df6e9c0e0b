/* The fast path of pharmacology.engine: people side by side, a vector of them, followed through modes and stages.

   It does what definition.py does, in the same words; read that first. Modes decay exactly. Each stage is a linear
   filter driven by a function of one drive or of an earlier stage; within a step it is the Radau IIA collocation
   polynomial, which takes no iteration because the stages before it are known. Steps are chosen beforehand for a
   group of people together, from a ladder of sizes, so that the exponentials of a size are computed once. A step may
   reach beyond an event: the polynomial is then read at the event. What a group shares depends on the places of its
   people alone, so that any division of people into chunks and threads gives the same bytes. */

#include "lanes.h"

#define NODES 5
#define ORDER (NODES + 1)
#define RUNGS 112        /* sizes 2^(rung/2 - 34) h: from a fifth of a microsecond to a quarter of a million hours */
#define LOWEST_RUNG -68
#define FLOOR_OF_PEAK 0.01
#define FLOOR_OF_GROSS 1e-5    /* a drive that its modes all but cancel is not followed into their digits */
#define FLOOR_OF_MOVE 0x1p-40  /* where it goes is a difference, and known to a few bits more than modes round to */
#define ROUNDING 0x1p-52
#define FLAT_BEYOND 40.0       /* an inverted U is zero to 1e-15 from so many halves on */
#define BY_CHANCE 0.2          /* see collocation.py */
#define NOISE_AT_OUTSET 6.0    /* what a slope on the nodes may be out by, times what reaches 0 of it and the slope there */
#define FLOOR_OF_FLOW 1e-3     /* a stage that two large flows all but cancel is not followed beyond their digits */
#define FARTHEST 1.0           /* on the scale on which what reads a drive changes: a step that takes it further is halved */
#define SEARCHES 12            /* Newton's steps within a bracket: more than doubles can tell apart */

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
    const int32_t *output_modes;   /* [outputs][modes + 1] their number, then which modes an output reads */
    const double *event_h;         /* [events][people] */
    const double *event_amount;    /* [events][people] mg, or a change in mg/h */
    const int32_t *event_column;   /* [events] */
    const int32_t *event_entry;    /* [events] */
    const double *times_h;         /* [times] ascending */
    const int32_t *reads;          /* [stages] a drive, or drives + an earlier stage */
    const int32_t *shape;          /* [stages] */
    const double *base, *gain, *half, *loss, *start; /* [stages][people] */
    const double *nodes;           /* [NODES], the last one 1 */
    const double *weights;         /* [NODES][NODES] integrals of the collocation polynomial */
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

struct due { double at; int32_t event, mask; };

struct group {
    int64_t first, modes, drives, stages, columns, outputs;
    vd *rate, *power, *z, *since, *column, *drive, *output;
    double event_h;                /* when something last entered; `since` is z then, so that steps' roundings do not add up */
    vd *offset, *drive_offset, *drive_peak, *gross, *noise; /* gross: modes of a drive without their signs */
    vd *term;                      /* [drives][modes] what each mode gives to a drive now */
    vd *x, *fed, *peak, *error, *worst, *base, *gain, *half, *per_half, *loss, *loss_power; /* fed: dx/dt now, but for the loss */
    vd *scale, *now, *reach;       /* by drive and stage: half of what reads it, its value, and how far it may move */
    vd *decay, *apply, *forget;    /* by rung: exponentials at the nodes; collocation of each stage, and its loss */
    unsigned char *known, *bent;   /* by rung: computed; by drive and stage: the most bent function that reads it */
    struct due *due;
    int64_t dues;
    vd overflow;                   /* zero, or NaN where a curve is not finite */
    vd *memory;
};

/* One step as it would be taken: how far stages have moved on the nodes; at its end what feeds them, peak and error. */
struct step { vd *Y, *fed, *peak, *error, *left_out; };

struct reduction { vd *level, *peak, *peak_h, *area, *above; };

/* exp to an ulp or two: x = n ln 2 + r, Taylor in r to degree 13 in pairs of pairs, exponent set by integer addition. */
INLINE vd exponential(vd x)
{
    const vd shift = all(0x1.8p52);
    x = larger(smaller(x, all(708.0)), all(-708.0));
    vd n = x * 1.4426950408889634 + shift;
    vi bits = (vi)n;
    n = n - shift;
    const vd r = x - n * 6.93147180369123816490e-01 - n * 1.90821492927058770002e-10;
    const vd r2 = r * r, r4 = r2 * r2, r8 = r4 * r4;
    const vd low = (1.0 / 2 + r * (1.0 / 6)) + r2 * (1.0 / 24 + r * (1.0 / 120));
    const vd middle = (1.0 / 720 + r * (1.0 / 5040)) + r2 * (1.0 / 40320 + r * (1.0 / 362880));
    const vd high = (1.0 / 3628800 + r * (1.0 / 39916800)) + r2 * (1.0 / 479001600 + r * (1.0 / 6227020800));
    const vd p = 1.0 + (r + r2 * (low + r4 * middle + r8 * high));
    return p * (vd)((bits + 1023) << 52);
}

/* exp(x) - 1, which keeps its digits where x is small. */
INLINE vd exponential_less_one(vd x)
{
    vd sum = all(1.0 / 87178291200.0);
    static const double c[13] = {1, 1.0 / 2, 1.0 / 6, 1.0 / 24, 1.0 / 120, 1.0 / 720, 1.0 / 5040, 1.0 / 40320,
                                 1.0 / 362880, 1.0 / 3628800, 1.0 / 39916800, 1.0 / 479001600, 1.0 / 6227020800};
    for (int i = 12; i >= 0; i--) sum = sum * x + c[i];
    return choose(magnitude(x) < all(0.5), sum * x, exponential(x) - 1.0);
}

static inline vd shaped(int32_t shape, vd u, vd half)
{
    if (shape == SATURATING) return u / (half + u);
    if (shape == INVERTED_U) return u / half * exponential(1.0 - u / half);
    return u;
}

static inline double size_of(int rung)
{
    const int64_t bits = (int64_t)(((rung + LOWEST_RUNG) >> 1) + 1023) << 52;
    double whole;
    memcpy(&whole, &bits, sizeof whole);
    return (rung + LOWEST_RUNG) & 1 ? whole * 1.4142135623730951 : whole;
}

static int compare_due(const void *a, const void *b)
{
    const struct due *one = a, *other = b;
    if (one->at != other->at) return one->at < other->at ? -1 : 1;
    return one->event - other->event;
}

/* The events of a group in order of time; an event that all eight share is one entry. */
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

static void load(const struct problem *c, struct group *g)
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
    for (int64_t q = 0; q < g->stages; q++) {
        int64_t at = q * c->people;
        g->base[q] = lanes(c->base + at, g->first);
        g->gain[q] = lanes(c->gain + at, g->first);
        g->half[q] = lanes(c->half + at, g->first);
        g->per_half[q] = 1.0 / g->half[q];
        g->loss[q] = lanes(c->loss + at, g->first);
        vd loss2 = g->loss[q] * g->loss[q];
        g->loss_power[q] = loss2 * loss2 * g->loss[q];
        g->x[q] = lanes(c->start + at, g->first);
        g->peak[q] = magnitude(g->x[q]);
        g->error[q] = g->worst[q] = all(0.0);
        g->scale[g->drives + q] = all(0.0);
        g->bent[g->drives + q] = 0;
        if (c->shape[q] == LINEAR) continue;
        /* of several who read one drive, the scale is that of whoever changes over the least */
        g->scale[c->reads[q]] = g->bent[c->reads[q]] ? smaller(g->scale[c->reads[q]], g->half[q]) : g->half[q];
        if (g->bent[c->reads[q]] != INVERTED_U) g->bent[c->reads[q]] = (unsigned char)c->shape[q];
    }
    memset(g->known, 0, RUNGS);
    g->overflow = all(0.0);
    g->event_h = 0.0;
    line_up(c, g);
}

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

/* Exponentials and collocation of one rung, computed when first needed:
   X = x + apply (F - loss x), which solves (1 + h loss A) X = x + h A F and leaves alone what is at rest. */
INLINE void learn(const struct problem *c, struct group *g, int rung, double h, const int64_t modes)
{
    if (g->known[rung]) return;
    g->known[rung] = 1;
    vd *decay = g->decay + rung * NODES * modes;
    for (int i = 0; i < NODES; i++)
        for (int64_t k = 0; k < modes; k++) decay[i * modes + k] = exponential(g->rate[k] * (c->nodes[i] * h));
    for (int64_t q = 0; q < g->stages; q++) {
        vd a[NODES][2 * NODES];
        for (int i = 0; i < NODES; i++) {
            for (int j = 0; j < NODES; j++) {
                double w = h * c->weights[i * NODES + j];
                a[i][j] = g->loss[q] * w + (i == j ? 1.0 : 0.0);
                a[i][NODES + j] = all(w);
            }
        }
        for (int p = 0; p < NODES; p++) {      /* Gauss-Jordan; the pivots of a Radau matrix never vanish */
            vd inverse = 1.0 / a[p][p];
            for (int j = p; j < 2 * NODES; j++) a[p][j] *= inverse;
            for (int i = 0; i < NODES; i++) {
                if (i == p) continue;
                vd factor = a[i][p];
                for (int j = p; j < 2 * NODES; j++) a[i][j] -= factor * a[p][j];
            }
        }
        vd *apply = g->apply + (rung * g->stages + q) * NODES * NODES;
        g->forget[rung * g->stages + q] = 1.0 / (1.0 + g->loss[q] * h);
        for (int i = 0; i < NODES; i++)
            for (int j = 0; j < NODES; j++) apply[i * NODES + j] = a[i][NODES + j];
    }
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

/* log2 of a ratio of positive numbers, to a tenth, in units of 2^-52: their bits are nearly their logarithms. */
static inline vi log2_ratio(vd a, vd b) { return (vi)a - (vi)b; }
/* On what scale whatever reads u changes: that of u itself, or, on the slope of an inverted U, of its half. */
INLINE vd reach_of(unsigned char bent, vd u, vd half, vd peak)
{
    vd size = magnitude(u);
    if (!bent) return size + FLOOR_OF_PEAK * peak + 1e-300;
    return half + (bent == INVERTED_U ? larger(size - FLAT_BEYOND * half, all(0.0)) : size) + 1e-300;
}

static inline vd octaves(vi v) { return __builtin_convertvector(v, vd) * 0x1p-52; }

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

/* How much a function may change where what it reads is out by one: at most, or at its end of the step. */
INLINE vd steepness(int32_t shape, vd value, vd per_half)
{
    if (shape == SATURATING) return (1.0 - value) * (1.0 - value) * per_half;
    if (shape == INVERTED_U) return 2.718281828459045 * per_half;
    return all(1.0);
}

/* Who reads what has moved further over a step than its first slope promised. */
INLINE vi overshot(const struct group *g, int64_t row, vd end)
{
    vd moved = magnitude(end - g->now[row]);
    return (moved > FARTHEST * g->reach[row]) & (moved < all(INFINITY));
}

/* The collocation polynomials of all stages over one step. Returns whether anybody needs a smaller one.
   What is over before the first node shows on no node, only in the slope at the start, which the polynomial misses. */
INLINE int collocate(const struct problem *c, struct group *g, int rung, double h, struct step *s, const int64_t modes)
{
    vd value[(g->drives + g->stages) * NODES];
    vi rejected = {0};
    const vd *decay = g->decay + rung * NODES * modes;
    for (int64_t j = 0; j < g->drives; j++) {
        for (int i = 0; i < NODES; i++) {
            vd sum = g->drive_offset[j];
            for (int64_t k = 0; k < modes; k++) sum += g->term[j * modes + k] * decay[i * modes + k];
            value[j * NODES + i] = sum;
        }
        if (g->bent[j]) rejected |= overshot(g, j, value[j * NODES + NODES - 1]);
    }
    for (int64_t q = 0; q < g->stages; q++) {
        const int64_t at = rung * g->stages + q, reads = c->reads[q];
        const vd *u = value + reads * NODES, *apply = g->apply + at * NODES * NODES;
        vd f[NODES], pull[NODES], high = all(0.0), next = all(0.0), last = all(0.0), leaves = g->loss[q] * g->x[q];
        vd missed = g->fed[q] - leaves;
        for (int i = 0; i < NODES; i++) {
            last = shaped(c->shape[q], u[i], g->half[q]);
            f[i] = g->base[q] + g->gain[q] * last;
            pull[i] = f[i] - leaves;
        }
        for (int i = 0; i < NODES; i++) {
            vd sum = all(0.0);
            for (int j = 0; j < NODES; j++) sum += apply[i * NODES + j] * pull[j];
            vd slope = pull[i] - g->loss[q] * sum;
            s->Y[q * NODES + i] = sum;
            value[(g->drives + q) * NODES + i] = g->x[q] + sum;
            high += c->tail[i] * slope;
            next += c->tail[NODES + i] * slope;
            missed -= c->outset[i] * slope;
        }
        s->fed[q] = f[NODES - 1];
        next = magnitude(next) + 1e-300;
        high = magnitude(high);
        missed = magnitude(missed);
        vd moves = s->Y[q * NODES + NODES - 1], end = magnitude(g->x[q] + moves);
        vd through = magnitude(g->base[q]) + magnitude(f[NODES - 1] - g->base[q]);
        vd out = reads < g->drives ? g->noise[reads] + ROUNDING * g->gross[reads] : s->error[reads - g->drives];
        vd passed_on = magnitude(g->gain[q]) * steepness(c->shape[q], last, g->per_half[q]) * out;
        vd falls = smaller(high / next, all(1.0)), doubt = larger(falls, all(BY_CHANCE)), sure = larger(high, BY_CHANCE * next);
        vd before = c->nodes[0] * missed, stays = (vd)((vi)before & (missed > 2.0 * sure));
        vd seen = h * larger(larger(high - passed_on, all(0.0)) * falls, before - NOISE_AT_OUTSET * c->nodes[0] * passed_on);
        vd rounded = choose(moves != all(0.0), ROUNDING * (end + h * through), all(0.0));
        s->peak[q] = larger(g->peak[q], end);
        s->left_out[q] = h * larger(sure * doubt, before);
        s->error[q] = (g->error[q] + h * larger(sure * doubt * doubt, stays) + h * passed_on + rounded) * g->forget[at];
        rejected |= seen > c->most_left_out * (end + FLOOR_OF_PEAK * s->peak[q] + FLOOR_OF_FLOW * h * through + 1e-300);
        if (g->bent[g->drives + q]) rejected |= overshot(g, g->drives + q, g->x[q] + moves);
    }
    return any(rejected);
}

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

INLINE void emit(const struct problem *c, struct group *g, int64_t time, double elapsed, double h, const vd *Y,
                 const int64_t modes)
{
    vd z[modes];
    double *row = c->curves + time * (g->outputs + g->stages) * c->across + g->first - c->first;
    for (int64_t k = 0; k < modes; k++) z[k] = g->since[k] * exponential(g->rate[k] * (c->times_h[time] - g->event_h));
    for (int64_t o = 0; o < g->outputs; o++) {
        vd sum = g->offset[o];
        const int32_t *reads = c->output_modes + o * (modes + 1);
        for (int32_t i = 1; i <= reads[0]; i++) sum += g->output[o * modes + reads[i]] * z[reads[i]];
        memcpy(row + o * c->across, &sum, sizeof sum);
        g->overflow += 0.0 * sum;
    }
    if (!g->stages) return;
    double weight[NODES + 1];
    lagrange(c, elapsed / h, weight);
    for (int64_t q = 0; q < g->stages; q++) {
        vd x = read_at(weight, g->x[q], Y + q * NODES);
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
    for (int64_t q = 0; q < g->stages; q++) g->x[q] = read_at(weight, g->x[q], Y + q * NODES);
}

/* What a step left out counts where it is read, and from there on as far as the stage remembers. */
INLINE void note(struct group *g, const struct step *s)
{
    for (int64_t q = 0; q < g->stages; q++) {
        g->peak[q] = s->peak[q];
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
        g->fed[q] = s->fed[q];
    }
}

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

static int open_group(const struct problem *c, struct group *g, int64_t stages)
{
    int64_t k = c->modes, q = stages, d = c->drives, rungs = q ? RUNGS : 0;
    *g = (struct group){.modes = k, .drives = d, .stages = q, .columns = c->columns, .outputs = c->outputs};
    int64_t total[] = {k, k, k, k, c->columns * k, d * k, c->outputs * k, c->outputs, d, d, d, d, d * k,
        q, q, q, q, q, q, q, q, q, q, q, d + q, d + q, d + q, rungs * NODES * k, rungs * q * NODES * NODES, rungs * q};
    vd **slot[] = {&g->rate, &g->power, &g->z, &g->since, &g->column, &g->drive, &g->output, &g->offset, &g->drive_offset,
        &g->drive_peak, &g->gross, &g->noise, &g->term, &g->x, &g->fed, &g->peak, &g->error, &g->worst, &g->base, &g->gain, &g->half, &g->per_half, &g->loss,
        &g->loss_power, &g->scale, &g->now, &g->reach, &g->decay, &g->apply, &g->forget};
    int64_t count = 0, used = 0;
    for (size_t i = 0; i < sizeof total / sizeof *total; i++) count += total[i];
    g->memory = fresh(count);
    g->known = malloc(RUNGS);
    g->bent = malloc((size_t)(d + q + 1));
    g->due = malloc(sizeof(struct due) * (size_t)(c->events * LANES + 1));
    if (!g->memory || !g->known || !g->bent || !g->due) return 1;
    for (size_t i = 0; i < sizeof total / sizeof *total; i++) { *slot[i] = g->memory + used; used += total[i]; }
    return 0;
}

static void close_group(struct group *g)
{
    free(g->memory);
    free(g->known);
    free(g->bent);
    free(g->due);
}

/* Follow the groups from `first` up to `last`. Returns 0, or 1 where memory was refused. */
int march(struct problem *c, int64_t first, int64_t last)
{
    struct group g;
    int64_t steps = 0;
    int refused = open_group(c, &g, c->stages);
    for (int64_t number = first; !refused && number < last; number++) {
        g.first = number * LANES;
        load(c, &g);
        steps += follow_group(c, &g);
        judge(c, &g);
    }
    c->steps += steps;
    close_group(&g);
    return refused;
}

/* Peak, its hour, area and hours above a level of every drive from zero until an hour: [4][drives][people] into
   `reduced`; `level` is [drives][people]. Stages are not followed. */
int reduce(const struct problem *c, const double *level, double until, double *reduced)
{
    struct group g;
    int64_t d = c->drives;
    vd *memory = fresh(5 * d);
    int refused = open_group(c, &g, 0) || !memory;
    for (int64_t number = 0; !refused && number < c->people / LANES; number++) {
        struct reduction r = {memory, memory + d, memory + 2 * d, memory + 3 * d, memory + 4 * d};
        g.first = number * LANES;
        load(c, &g);
        for (int64_t j = 0; j < d; j++) r.level[j] = lanes(level + j * c->people, g.first);
        reduce_group(c, &g, &r, until);
        const vd *found[4] = {r.peak, r.peak_h, r.area, r.above};
        for (int64_t i = 0; i < 4; i++)
            for (int64_t j = 0; j < d; j++)
                memcpy(reduced + (i * d + j) * c->people + g.first, found[i] + j, sizeof(vd));
    }
    close_group(&g);
    free(memory);
    return refused;
}

/* By these sizes engine/kernel.py tells a library that was compiled from other structs. */
int64_t size_of_problem(void) { return sizeof(struct problem); }

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
