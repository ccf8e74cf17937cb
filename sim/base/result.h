// A value, or what is wrong with the input that should have given one. For errors from outside only.
#pragma once
#include <string>
#include <utility>
#include <variant>

#include "sim/base/check.h"

namespace sim {

/// What is wrong, where, and what would have been right. line and column start at 1; 0 = not known.
struct Error {
    std::string file;
    int line = 0;
    int column = 0;
    std::string what;      ///< "unknown key 'procesors' in [machine]"
    std::string hint;      ///< "did you mean 'processors'?"; may be empty

    /// `file:line:column: what; hint`, leaving out what is not known.
    std::string text() const;
};

template <class T>
class Result {
public:
    Result(T value) : value_(std::move(value)) {}          // NOLINT: a value is a result
    Result(Error error) : value_(std::move(error)) {}      // NOLINT: so is an error

    bool ok() const { return std::holds_alternative<T>(value_); }
    explicit operator bool() const { return ok(); }
    T& value() { SIM_CHECK(ok(), "value() of an error"); return std::get<T>(value_); }
    const T& value() const { SIM_CHECK(ok(), "value() of an error"); return std::get<T>(value_); }
    const Error& error() const { SIM_CHECK(!ok(), "error() of a value"); return std::get<Error>(value_); }
    T& operator*() { return value(); }
    const T& operator*() const { return value(); }
    T* operator->() { return &value(); }
    const T* operator->() const { return &value(); }

private:
    std::variant<T, Error> value_;
};

struct Done {};                  ///< the value of a Result that only says whether it worked
using Status = Result<Done>;

}  // namespace sim
