#include "sim/trace/release_tries.h"

#include <algorithm>

#include "sim/trace/arguments.h"

namespace sim {
namespace {

constexpr uint64_t kTriesMax = 1000;

std::string of_tries(uint64_t count, uint64_t all) { return std::to_string(count) + " of " + std::to_string(all) + (all == 1 ? " try" : " tries"); }

std::string order_text(const ReleaseTries& t) {
    if (t.tries == 0) return {};
    if (t.woken * 2 > t.told) return "others are woken too: in " + of_tries(t.woken, t.told) + ", " + std::to_string(t.in_vain) + " of " + std::to_string(t.others) + " other waiters";
    const uint64_t hits = t.newest > t.oldest ? t.newest : t.oldest;
    const std::string order = t.chances.empty() ? "order not known, " + std::to_string(t.tries) + " tries" : (t.newest > t.oldest ? "newest first in " : "oldest first in ") + of_tries(hits, t.chances.size());
    if (t.told == 0) return order + ", whether others were woken can't be told";
    return order + (t.in_vain == 0 ? ", nobody else woken" : ", " + std::to_string(t.in_vain) + " of " + std::to_string(t.others) + " other waiters woken too");
}

std::string limit_text(const ReleaseTries& t) {
    if (t.limits == 0) return {};
    const uint64_t kept = t.limits - t.exceeded;
    return std::string("a limit of 1 ") + (kept > t.exceeded ? "kept" : "not kept") + " in " + std::to_string(std::max(kept, t.exceeded)) + " of " + std::to_string(t.limits);
}

}  // namespace

void ReleaseTries::add(const Record& record) {
    if (record.kind == Kind::limit_tried && limits < kTriesMax && limit_try_of_argument(record.argument).tells()) {
        ++limits;
        exceeded += limit_try_of_argument(record.argument).exceeded ? 1 : 0;
    }
    if (record.kind != Kind::release_tried || tries == kTriesMax) return;
    const ReleaseTry one = release_try_of_argument(record.argument);
    if (!one.tells_place() && !one.tells_others()) return;
    ++tries;
    if (one.tells_place()) {
        chances.push_back(1.0 / one.waiters);
        oldest += one.place == 0 ? 1 : 0;
        newest += one.place + 1 == one.waiters ? 1 : 0;
    }
    if (one.tells_others()) {
        ++told;
        woken += one.in_vain > 0 ? 1 : 0;
        others += one.waiters - 1u;
        in_vain += one.in_vain;
    }
}

ReleaseTries release_tries(const std::vector<Record>& records) {
    ReleaseTries out;
    for (const Record& record : records) out.add(record);
    return out;
}

std::string release_tries_text(const ReleaseTries& t) {
    const std::string order = order_text(t), limit = limit_text(t);
    return order.empty() ? limit : limit.empty() ? order : order + "; " + limit;
}

}  // namespace sim
