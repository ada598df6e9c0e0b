/* The modes of compartments, a vector of people at a time.

   It does what modes.py does, in the same words; read that first. */

#include "lanes.h"

#define SWEEPS 12
#define ROUNDING 0x1p-52

/* Arrays have people last and padded to whole groups. engine/kernel.py fills this in; keep both alike. */
struct compartments {
    int64_t people, places, blocks;
    const int32_t *block_start;    /* [blocks + 1] upstream first, into `member` */
    const int32_t *member;         /* [places] */
    const int32_t *entry;          /* [target][source] which row of `value`, or -1 */
    const int32_t *child, *parent; /* [places - blocks] how each block is walked as a tree, as members' numbers */
    const double *value;           /* [entries][people] 1/h, the diagonal among them */
    double *rate;                  /* [modes][people] */
    double *right;                 /* [places][modes][people] */
    double *left;                  /* [modes][places][people] */
    double *off;                   /* [people] */
    double *rounding, *stray;      /* [modes][people] */
};

/* Of one group. `own_right` and `own_left` are the modes of each block by itself, `value` the generator. */
struct found {
    vd *value, *rate, *own_right, *own_left, *right, *left, *symmetric, *turned, *scale, *pushed, *excited, *rounding, *stray;
    vd *memory;
};

static vd *fresh(int64_t count)
{
    return aligned_alloc(sizeof(vd), sizeof(vd) * (size_t)(count > 0 ? count : 1));
}

static int open_found(const struct compartments *c, struct found *f)
{
    const int64_t n = c->places, square = n * n;
    vd **slot[] = {&f->value, &f->own_right, &f->own_left, &f->right, &f->left, &f->symmetric, &f->turned,
        &f->rate, &f->scale, &f->pushed, &f->excited, &f->rounding,
        &f->stray};
    f->memory = fresh(7 * square + 6 * n);
    if (!f->memory) return 1;
    vd *next = f->memory;
    for (size_t i = 0; i < sizeof slot / sizeof *slot; i++) { *slot[i] = next; next += i < 7 ? square : n; }
    return 0;
}

/* One rotation that makes a[p][q] zero (n by n), and turns the columns of v along. */
static void rotate(vd *a, vd *v, int64_t n, int64_t p, int64_t q)
{
    const vd apq = a[p * n + q];
    const vi some = apq != all(0.0);
    const vd theta = (a[q * n + q] - a[p * n + p]) / (2.0 * apq);
    const vd tangent = (vd)((vi)(choose(theta < all(0.0), all(-1.0), all(1.0))
        / (magnitude(theta) + root(theta * theta + 1.0))) & some);
    const vd cosine = 1.0 / root(tangent * tangent + 1.0), sine = tangent * cosine;
    a[p * n + p] -= tangent * apq;
    a[q * n + q] += tangent * apq;
    a[p * n + q] = a[q * n + p] = all(0.0);
    for (int64_t r = 0; r < n; r++) {
        if (r != p && r != q) {
            const vd arp = a[r * n + p], arq = a[r * n + q];
            a[r * n + p] = a[p * n + r] = cosine * arp - sine * arq;
            a[r * n + q] = a[q * n + r] = sine * arp + cosine * arq;
        }
        const vd vrp = v[r * n + p], vrq = v[r * n + q];
        v[r * n + p] = cosine * vrp - sine * vrq;
        v[r * n + q] = sine * vrp + cosine * vrq;
    }
}

static int coupled(const vd *a, int64_t n)
{
    vi some = (vi)all(0.0);
    for (int64_t p = 0; p < n; p++)
        for (int64_t q = p + 1; q < n; q++)
            some |= magnitude(a[p * n + q]) > 1e-17 * root(magnitude(a[p * n + p] * a[q * n + q]));
    return any(some);
}

/* Eigenvalues on the diagonal of a, eigenvectors in the columns of v. */
static void jacobi(vd *a, vd *v, int64_t n)
{
    for (int64_t i = 0; i < n * n; i++) v[i] = all(i % (n + 1) ? 0.0 : 1.0);
    for (int sweep = 0; sweep < SWEEPS && coupled(a, n); sweep++)
        for (int64_t p = 0; p < n; p++)
            for (int64_t q = p + 1; q < n; q++) rotate(a, v, n, p, q);
}

/* The modes of one block by itself, into the square of its first column in own_right and own_left. */
static void own_modes(const struct compartments *c, struct found *f, int64_t block)
{
    const int64_t start = c->block_start[block], n = c->block_start[block + 1] - start;
    const int32_t *member = c->member + start;
    const int64_t tree = start - block;
    vd *a = f->symmetric, *v = f->turned;
    f->scale[0] = all(1.0);
    for (int64_t e = 0; e < n - 1; e++) {
        const int32_t i = c->child[tree + e], j = c->parent[tree + e];
        const vd there = f->value[c->entry[member[i] * c->places + member[j]]];
        const vd back = f->value[c->entry[member[j] * c->places + member[i]]];
        const vi both = (there > all(0.0)) & (back > all(0.0));
        f->scale[i] = f->scale[j] * root(choose(both, back / there, all(1.0)));
    }
    for (int64_t i = 0; i < n; i++)
        for (int64_t j = 0; j <= i; j++) {
            const int32_t there = c->entry[member[i] * c->places + member[j]], back = c->entry[member[j] * c->places + member[i]];
            a[i * n + j] = a[j * n + i] = i == j ? f->value[there]
                : there >= 0 && back >= 0 ? root(f->value[there] * f->value[back]) : all(0.0);
        }
    jacobi(a, v, n);
    vd *right = f->own_right + start * c->places, *left = f->own_left + start * c->places;
    for (int64_t k = 0; k < n; k++) {
        f->rate[start + k] = a[k * n + k];
        for (int64_t i = 0; i < n; i++) {
            right[i * n + k] = v[i * n + k] / f->scale[i];
            left[k * n + i] = v[i * n + k] * f->scale[i];
        }
    }
}

/* Fill in one right (downward) or left (upward) eigenvector, block by block: `vector` [places], every `stride`th. */
static void follow_mode(const struct compartments *c, struct found *f, int64_t block, int64_t mode, int downward)
{
    const int64_t size = c->places, column = c->block_start[block] + mode;
    const int64_t step = downward ? 1 : -1, last = downward ? c->blocks : -1;
    vd *vector = downward ? f->right + column : f->left + column * size;
    const int64_t stride = downward ? size : 1;
    unsigned char reached[c->blocks];
    memset(reached, 0, sizeof reached);
    for (int64_t i = 0; i < size; i++) vector[i * stride] = all(0.0);
    for (int64_t other = block; other != last; other += step) {
        const int64_t start = c->block_start[other], n = c->block_start[other + 1] - start;
        const int32_t *member = c->member + start;
        const vd *right = f->own_right + start * size, *left = f->own_left + start * size;
        if (other == block) {
            reached[block] = 1;
            for (int64_t i = 0; i < n; i++)
                vector[member[i] * stride] = downward ? right[i * n + mode] : left[mode * n + i];
            continue;
        }
        int connected = 0;
        for (int64_t i = 0; i < n; i++) {
            f->pushed[i] = all(0.0);
            for (int64_t from = block; from != other; from += step) {
                if (!reached[from]) continue;
                for (int64_t at = c->block_start[from]; at < c->block_start[from + 1]; at++) {
                    const int32_t there = c->member[at];
                    const int32_t e = c->entry[downward ? member[i] * size + there : there * size + member[i]];
                    if (e < 0) continue;
                    connected = 1;
                    f->pushed[i] += f->value[e] * vector[there * stride];
                }
            }
        }
        if (!connected) continue;
        reached[other] = 1;
        for (int64_t k = 0; k < n; k++) {
            vd sum = all(0.0);
            for (int64_t i = 0; i < n; i++) sum += (downward ? left[k * n + i] : right[i * n + k]) * f->pushed[i];
            f->excited[k] = sum / (f->rate[column] - f->rate[start + k]);
        }
        for (int64_t i = 0; i < n; i++) {
            vd sum = all(0.0);
            for (int64_t k = 0; k < n; k++) sum += (downward ? right[i * n + k] : left[k * n + i]) * f->excited[k];
            vector[member[i] * stride] = sum;
        }
    }
}

/* See modes._off; NaN where any term is not finite. */
static vd off(const struct compartments *c, const struct found *f)
{
    const int64_t n = c->places;
    vd most = all(0.0), overflow = all(0.0);
    for (int64_t into = 0; into < n; into++) {
        vd missed = all(0.0);
        for (int64_t place = 0; place < n; place++) {
            vd one = all(place == into ? -1.0 : 0.0);
            for (int64_t k = 0; k < n; k++) one += f->right[place * n + k] * f->left[k * n + into];
            missed += magnitude(one);
        }
        most = larger(missed, most);
        overflow += 0.0 * missed;
    }
    return most + overflow;
}

/* See modes._rounding and modes._stray. */
static void stray(const struct compartments *c, const struct found *f)
{
    const int64_t n = c->places;
    for (int64_t k = 0; k < n; k++) {
        vd left_over = all(0.0), most = all(0.0), holds = all(0.0);
        for (int64_t place = 0; place < n; place++) {
            const vd own = f->rate[k] * f->right[place * n + k];
            vd rest = own, gross = magnitude(own);
            int terms = 3;
            for (int64_t from = 0; from < n; from++) {
                const int32_t entry = c->entry[place * n + from];
                if (entry < 0) continue;
                const vd term = f->value[entry] * f->right[from * n + k];
                rest -= term;
                gross += magnitude(term);
                terms++;
            }
            left_over += magnitude(rest) + 0.5 * terms * ROUNDING * gross;
            most = larger(magnitude(f->left[k * n + place]), most);
            holds += magnitude(f->right[place * n + k]);
        }
        f->rounding[k] = 0.5 * (double)(n + 7) * ROUNDING * holds * most;
        f->stray[k] = left_over * most;
    }
}

/* The modes of everybody. Returns 0, or 1 where memory was refused. */
int find_modes(const struct compartments *c, int64_t entries)
{
    struct found f;
    const int64_t n = c->places;
    if (open_found(c, &f)) return 1;
    for (int64_t first = 0; first < c->people; first += LANES) {
        for (int64_t e = 0; e < entries; e++) f.value[e] = lanes(c->value + e * c->people, first);
        for (int64_t block = 0; block < c->blocks; block++) own_modes(c, &f, block);
        for (int64_t block = 0; block < c->blocks; block++)
            for (int64_t mode = 0; mode < c->block_start[block + 1] - c->block_start[block]; mode++) {
                follow_mode(c, &f, block, mode, 1);
                follow_mode(c, &f, block, mode, 0);
            }
        for (int64_t k = 0; k < n; k++) memcpy(c->rate + k * c->people + first, f.rate + k, sizeof(vd));
        for (int64_t i = 0; i < n * n; i++) {
            memcpy(c->right + i * c->people + first, f.right + i, sizeof(vd));
            memcpy(c->left + i * c->people + first, f.left + i, sizeof(vd));
        }
        const vd missed = off(c, &f);
        memcpy(c->off + first, &missed, sizeof missed);
        stray(c, &f);
        for (int64_t k = 0; k < n; k++) {
            memcpy(c->rounding + k * c->people + first, f.rounding + k, sizeof(vd));
            memcpy(c->stray + k * c->people + first, f.stray + k, sizeof(vd));
        }
    }
    free(f.memory);
    return 0;
}

int64_t size_of_compartments(void) { return sizeof(struct compartments); }
