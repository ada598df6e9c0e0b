/* People side by side: a vector of them, as wide as the processor's own or half as wide. */

#ifndef LANES_H
#define LANES_H

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#ifdef __AVX__
#include <immintrin.h>
#endif

#ifdef __AVX512F__
#define LANES 8
#else
#define LANES 4
#endif

typedef double vd __attribute__((vector_size(8 * LANES), aligned(8 * LANES)));
typedef int64_t vi __attribute__((vector_size(8 * LANES), aligned(8 * LANES)));

#define INLINE static inline __attribute__((always_inline))

static inline vd all(double value) { vd v; for (int l = 0; l < LANES; l++) v[l] = value; return v; }
static inline vd magnitude(vd v) { return (vd)((vi)v & INT64_MAX); }
static inline vd choose(vi mask, vd yes, vd no) { return (vd)((mask & (vi)yes) | (~mask & (vi)no)); }

/* The second where either is no number. Compilers do not find the one instruction that does it. */
#if defined(__AVX512F__)
static inline vd larger(vd a, vd b) { return (vd)_mm512_max_pd((__m512d)a, (__m512d)b); }
static inline vd smaller(vd a, vd b) { return (vd)_mm512_min_pd((__m512d)a, (__m512d)b); }
static inline vi greater(vi a, vi b) { return (vi)_mm512_max_epi64((__m512i)a, (__m512i)b); }
#else
#if defined(__AVX__)
static inline vd larger(vd a, vd b) { return (vd)_mm256_max_pd((__m256d)a, (__m256d)b); }
static inline vd smaller(vd a, vd b) { return (vd)_mm256_min_pd((__m256d)a, (__m256d)b); }
#else
static inline vd larger(vd a, vd b) { return choose(a > b, a, b); }
static inline vd smaller(vd a, vd b) { return choose(a < b, a, b); }
#endif
static inline vi greater(vi a, vi b) { vi mask = a > b; return (mask & a) | (~mask & b); }
#endif

static inline double least(vd v)
{
    for (int half = LANES / 2; half; half /= 2)
        for (int l = 0; l < half; l++) v[l] = v[l + half] < v[l] ? v[l + half] : v[l];
    return v[0];
}

static inline int any(vi mask) { int64_t m = 0; for (int l = 0; l < LANES; l++) m |= mask[l]; return m != 0; }
static inline vd root(vd v) { for (int l = 0; l < LANES; l++) v[l] = sqrt(v[l]); return v; }

static inline vd lanes(const double *array, int64_t first) { vd v; memcpy(&v, array + first, sizeof v); return v; }

#endif
