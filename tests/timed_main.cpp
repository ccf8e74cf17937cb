// main() of tests with real threads and real times. What they check holds where a thread is let run when its turn comes; on a busy
// machine it may not be for a while. So a case that fails runs again, at most twice, and says so ("AGAIN: ..."): one that fails
// each time has failed. A crash, or what a sanitizer finds, ends the program as ever.
#define DOCTEST_CONFIG_IMPLEMENT
#include <doctest/doctest.h>

#include <algorithm>
#include <cstdio>
#include <set>
#include <string>

namespace {

constexpr size_t kCasesAgain = 4;              // more than these at once is no matter of time
constexpr int kAttempts = 3;

std::set<std::string>& failed() {
    static std::set<std::string> names;
    return names;
}

struct Failures : doctest::IReporter {
    explicit Failures(const doctest::ContextOptions&) {}
    void report_query(const doctest::QueryData&) override {}
    void test_run_start() override {}
    void test_run_end(const doctest::TestRunStats&) override {}
    void test_case_start(const doctest::TestCaseData& data) override { name_ = data.m_name; }
    void test_case_reenter(const doctest::TestCaseData&) override {}
    void test_case_end(const doctest::CurrentTestCaseStats& stats) override {
        if (!stats.testCaseSuccess) failed().insert(name_);
    }
    void test_case_exception(const doctest::TestCaseException&) override {}
    void subcase_start(const doctest::SubcaseSignature&) override {}
    void subcase_end() override {}
    void log_assert(const doctest::AssertData&) override {}
    void log_message(const doctest::MessageData&) override {}
    void test_case_skipped(const doctest::TestCaseData&) override {}

private:
    std::string name_;
};
REGISTER_LISTENER("failures", 1, Failures);

bool passes(std::string name) {
    std::replace(name.begin(), name.end(), ',', '?');   // a comma parts names in a filter
    doctest::Context again;
    again.setOption("test-case", name.c_str());
    return again.run() == 0;
}

}  // namespace

int main(int argc, char** argv) {
    doctest::Context context(argc, argv);
    const int code = context.run();
    const std::set<std::string> names = failed();
    if (context.shouldExit() || code == 0 || names.empty() || names.size() > kCasesAgain) return code;
    for (const std::string& name : names) {
        int attempt = 2;
        while (attempt <= kAttempts && !passes(name)) ++attempt;
        if (attempt > kAttempts) return code;
        std::printf("AGAIN: %s: passed at attempt %d\n", name.c_str(), attempt);
        std::fflush(stdout);
    }
    return 0;
}
