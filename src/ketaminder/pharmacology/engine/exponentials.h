/* exp, a vector of people at a time. */

#ifndef EXPONENTIALS_H
#define EXPONENTIALS_H

#include "lanes.h"

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

#endif
