// The servers of recorder/load on Linux: they serve what they are asked, and say so.
#include <doctest/doctest.h>

#include "tests/cli/shell.h"

using namespace test;

TEST_CASE("load: each server serves all requests of its clients, also more clients than requests and more threads than clients") {
    const Folder folder;
    for (const std::string name : {"echo", "file", "convoy"})
        for (const std::string numbers : {"--clients 5 --requests 203", "--clients 20 --requests 7 --threads 1", "--clients 1 --requests 50 --threads 8"}) {
            CAPTURE(name);
            CAPTURE(numbers);
            const Outcome outcome = shell(folder, "timeout 60 " + quoted((std::filesystem::path(PORTSIDE_PROGRAM).parent_path() / ("load-" + name)).string()) + " " + numbers);
            CHECK(outcome.code == 0);
            const std::string clients = numbers.substr(10, numbers.find(' ', 10) - 10), requests = numbers.substr(numbers.find("requests ") + 9, numbers.find(' ', numbers.find("requests ") + 9) - numbers.find("requests ") - 9);
            CHECK(outcome.out == name + ": served " + requests + " of " + requests + " requests to " + clients + " clients\n");
        }
    CHECK(shell(folder, quoted((std::filesystem::path(PORTSIDE_PROGRAM).parent_path() / "load-echo").string()) + " --clients 0").code == 2);
}
