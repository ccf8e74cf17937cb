#include "sim/base/exact_math.h"

#include <cmath>

namespace sim {

double exact_sqrt(double x) { return std::sqrt(x); }   // IEEE 754 requires the correctly rounded result

}  // namespace sim
