// Work that a frame does not wait for: done on a thread beside the window, its answer there when it is done.
#pragma once
#include <atomic>
#include <functional>
#include <thread>
#include <utility>

namespace gui {

template <class T>
class Beside {
public:
    /// `work` says by its argument how far it is, 0..1. `changed` is called from the thread when there is more to see; null: nobody.
    Beside(std::function<T(const std::function<void(double)>&)> work, void (*changed)())
        : thread_([this, work = std::move(work), changed] {
              answer_ = work([this, changed](double share) {
                  share_ = share;
                  if (changed != nullptr) changed();
              });
              done_ = true;
              if (changed != nullptr) changed();
          }) {}
    /// Waits for its end.
    ~Beside() { thread_.join(); }
    Beside(const Beside&) = delete;
    Beside& operator=(const Beside&) = delete;

    bool done() const { return done_; }
    double share() const { return share_; }
    /// Null until it is done.
    const T* answer() const { return done_ ? &answer_ : nullptr; }

private:
    T answer_{};
    std::atomic<double> share_ = 0;
    std::atomic<bool> done_ = false;
    std::thread thread_;                  // the last: it uses the others
};

}  // namespace gui
