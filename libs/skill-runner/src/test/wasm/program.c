/* A program with a C library, for wasi-command-1. Built by:
   clang --target=wasm32-wasi --sysroot=/usr -O2 -Wl,--strip-all program.c -o program.wasm   (Debian: wasi-libc, lld) */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

int main(int count, char **arguments) {
    static char input[4096];
    size_t length = fread(input, 1, sizeof input - 1, stdin);
    const char *tool = count > 0 ? arguments[0] : "";
    if (strcmp(tool, "t0") == 0) { /* what there is */
        printf("{\"arguments\":%d,\"environment\":%s,\"file\":%s,\"input\":%s,\"tool\":\"%s\"}", count,
               getenv("PATH") ? "true" : "false", fopen("/etc/passwd", "r") ? "true" : "false", input, tool);
        fprintf(stderr, "read %zu bytes\nand said so\n", length);
        return 0;
    }
    if (strcmp(tool, "t1") == 0) { /* the clock */
        struct timespec now;
        int answered = clock_gettime(CLOCK_REALTIME, &now) == 0;
        printf("{\"answered\":%s,\"seconds\":%lld}", answered ? "true" : "false", answered ? (long long)now.tv_sec : 0);
        return 0;
    }
    if (strcmp(tool, "t2") == 0) { /* randomness */
        unsigned char bytes[4] = {0};
        int answered = getentropy(bytes, sizeof bytes) == 0;
        printf("{\"a\":\"%d %02x%02x%02x%02x\"}", answered, bytes[0], bytes[1], bytes[2], bytes[3]);
        return 0;
    }
    if (strcmp(tool, "t3") == 0) {
        puts("{}");
        fflush(stdout);
        exit(3);
    }
    if (strcmp(tool, "t4") == 0) {
        for (;;) {
            puts("more and more");
        }
    }
    if (strcmp(tool, "t5") == 0) {
        puts("this is no JSON");
        return 0;
    }
    abort();
}
