// Work that a frame does not wait for: done on a thread beside the window, its answer there when it is done.
#pragma once
#include <atomic>
#include <functional>
#include <thread>
#include <utility>

#include "sim/base/stop.h"

namespace gui {

/// What the work is given: it says how far it is, 0..1, and looks whether it is still wanted.
struct Working {
    std::function<void(double)> so_far;
    sim::Stop stop;
};

template <class T>
class Beside {
public:
    /// `changed` is called from the thread when there is more to see; null: nobody.
    Beside(std::function<T(const Working&)> work, void (*changed)())
        : thread_([this, work = std::move(work), changed] {
              answer_ = work({.so_far = [this, changed](double share) {
                  share_ = share;
                  if (changed != nullptr) changed();
              }, .stop = sim::Stop(stop_)});
              done_ = true;
              if (changed != nullptr) changed();
          }) {}
    /// Asks it to end, and waits for that.
    ~Beside() {
        stop();
        thread_.join();
    }
    Beside(const Beside&) = delete;
    Beside& operator=(const Beside&) = delete;

    /// Asks it to end; there will be no answer. Does not wait.
    void stop() { stop_ = true; }
    bool done() const { return done_; }
    double share() const { return share_; }
    /// Null until it is done, and where it was asked to end.
    const T* answer() const { return done_ && !stop_ ? &answer_ : nullptr; }

private:
    T answer_{};
    std::atomic<double> share_ = 0;
    std::atomic<bool> done_ = false, stop_ = false;
    std::thread thread_;                  // the last: it uses the others
};

}  // namespace gui
