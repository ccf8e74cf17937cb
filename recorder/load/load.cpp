#include "recorder/load/load.h"

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <string>
#include <thread>
#include <vector>

namespace load {

bool read_options(int argc, char** argv, Options& options) {
    const std::map<std::string, uint32_t*> known{{"--clients", &options.clients}, {"--requests", &options.requests}, {"--threads", &options.threads}, {"--concurrency", &options.concurrency}};
    for (int i = 1; i < argc; i += 2) {
        const auto option = known.find(argv[i]);
        const unsigned long value = i + 1 < argc ? std::strtoul(argv[i + 1], nullptr, 10) : 0;
        if (option == known.end() || value == 0 || value > 1'000'000) {
            std::fprintf(stderr, "usage: --clients N --requests N --threads N --concurrency N, each from 1 to 1000000\n");
            return false;
        }
        *option->second = static_cast<uint32_t>(value);
    }
    return true;
}

uint64_t ask(uint32_t client, uint32_t count, const Exchange& exchange) {
    uint64_t good = 0;
    for (uint32_t number = 0; number < count; ++number) {
        Message question{};
        std::snprintf(question.data(), question.size(), "%u %u", client, number);
        Message answer = question;
        if (!exchange(answer)) break;
        good += answer == question ? 1 : 0;
    }
    return good;
}

uint64_t run_clients(const Options& options, const std::function<uint64_t(uint32_t, uint32_t)>& converse) {
    std::atomic<uint64_t> good{0};
    std::vector<std::thread> clients;
    for (uint32_t c = 0; c < options.clients; ++c)
        clients.emplace_back([&, c] { good.fetch_add(converse(c, options.requests / options.clients + (c < options.requests % options.clients ? 1 : 0))); });
    for (std::thread& client : clients) client.join();
    return good.load();
}

int run(int argc, char** argv, const char* name, const Handler& handler) {
    Options options;
    if (!read_options(argc, argv, options)) return 2;
    const uint64_t served = serve(options, handler);
    std::printf("%s: served %llu of %u requests to %u clients\n", name, static_cast<unsigned long long>(served), options.requests, options.clients);
    return served == options.requests ? 0 : 1;
}

}  // namespace load
