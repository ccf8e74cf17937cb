// log and exp from IEEE + - * / alone, so that every platform and compiler gives the same bits (built with
// -ffp-contract=off). Relative error below 1e-14, which a duration rounded to nanoseconds does not see.
#pragma once

namespace sim {

/// Natural logarithm; x must be positive and finite.
double exact_log(double x);
/// e to the x; x in [-700, 700], clamped outside.
double exact_exp(double x);
/// Square root (IEEE requires it exact everywhere).
double exact_sqrt(double x);

}  // namespace sim
