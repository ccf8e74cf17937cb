// refused CALL ERROR PROGRAM ARGS...: runs the program under a kernel that refuses that system call with that error number, as a
// sandbox or an older kernel does (seccomp). No privilege is needed.
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <string_view>

int main(int argc, char** argv) {
    if (argc < 4) return 2;
    const std::string_view call = argv[1];
    const long number = call == "perf_event_open" ? SYS_perf_event_open : call == "io_uring_setup" ? SYS_io_uring_setup : call == "epoll_create1" ? SYS_epoll_create1 : -1;
    const auto error = static_cast<unsigned>(std::atoi(argv[2]));
    sock_filter program[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, static_cast<unsigned>(number), 0, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | (error & SECCOMP_RET_DATA)),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    const sock_fprog filter{.len = 4, .filter = program};
    if (number < 0 || prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 || prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter) != 0) {
        std::perror("refused");
        return 77;
    }
    execvp(argv[3], argv + 3);
    std::perror(argv[3]);
    return 127;
}
