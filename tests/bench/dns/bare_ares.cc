// What our DNS source has to be measured against: the least that a program on c-ares can do.
//
//   bench_bare_ares SERVER DOMAIN...
//
// Asks each domain for its instances over TCP, then for SRV and TXT of each instance, then for A
// and AAAA of each host: all pipelined over UDP, kWindow questions at once, every answer parsed.
// Prints instances with both addresses, questions asked, milliseconds, and those of them on a
// processor.
#include <ares.h>
#include <arpa/inet.h>
#include <arpa/nameser.h>
#include <netdb.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <memory>
#include <string>

namespace {

constexpr std::size_t kWindow = 200;
// A lost answer costs 5 s. The kernel caps it at net.core.rmem_max.
constexpr int kReceiveBuffer = 1 << 20;
constexpr const char* kService = "_liqo_auth._tcp.";

struct FreeData {
  void operator()(void* data) const { ares_free_data(data); }
};
struct FreeHost {
  void operator()(hostent* host) const { ares_free_hostent(host); }
};

[[noreturn]] void fail(const std::string& what) {
  std::fprintf(stderr, "bench_bare_ares: %s\n", what.c_str());
  std::exit(EXIT_FAILURE);
}

/// A c-ares channel whose sockets are in an epoll set.
class Channel {
 public:
  Channel(int poll, const char* server, int flags) : poll_(poll) {
    ares_options options{};
    options.flags = flags | ARES_FLAG_NOSEARCH | ARES_FLAG_NOALIASES | ARES_FLAG_STAYOPEN;
    options.sock_state_cb = [](void* self, ares_socket_t fd, int readable, int writable) {
      static_cast<Channel*>(self)->watch(fd, readable != 0, writable != 0);
    };
    options.sock_state_cb_data = this;
    options.socket_receive_buffer_size = kReceiveBuffer;
    const int set = ARES_OPT_FLAGS | ARES_OPT_SOCK_STATE_CB | ARES_OPT_SOCK_RCVBUF;
    if (ares_init_options(&channel_, &options, set) != 0 ||
        ares_set_servers_csv(channel_, server) != 0) {
      fail("no channel");
    }
  }
  ~Channel() { ares_destroy(channel_); }
  Channel(const Channel&) = delete;
  Channel& operator=(const Channel&) = delete;

  void ask(const std::string& name, int type, ares_callback done, void* data) {
    ares_query(channel_, name.c_str(), ns_c_in, type, done, data);
  }
  void process(ares_socket_t readable, ares_socket_t writable) {
    ares_process_fd(channel_, readable, writable);
  }

 private:
  void watch(ares_socket_t fd, bool readable, bool writable) {
    epoll_event event{};
    event.events = (readable ? EPOLLIN : 0U) | (writable ? EPOLLOUT : 0U);
    event.data.fd = fd;
    if (event.events == 0) {
      ::epoll_ctl(poll_, EPOLL_CTL_DEL, fd, nullptr);
    } else if (::epoll_ctl(poll_, EPOLL_CTL_MOD, fd, &event) != 0) {
      ::epoll_ctl(poll_, EPOLL_CTL_ADD, fd, &event);
    }
  }

  int poll_;
  ares_channel channel_ = nullptr;
};

class Bare {
 public:
  explicit Bare(const char* server)
      : tcp_(poll_, server, ARES_FLAG_USEVC), udp_(poll_, server, 0) {}
  ~Bare() { ::close(poll_); }
  Bare(const Bare&) = delete;
  Bare& operator=(const Bare&) = delete;

  void browse(const std::string& domain) { ask(tcp_, kService + domain, ns_t_ptr); }

  void run() {
    while (in_flight_ > 0) {
      epoll_event events[8];
      const int count = ::epoll_wait(poll_, events, 8, 100);
      for (Channel* channel : {&tcp_, &udp_}) {
        if (count == 0) channel->process(ARES_SOCKET_BAD, ARES_SOCKET_BAD);
        for (int i = 0; i < count; ++i) {
          const int fd = events[i].data.fd;
          channel->process((events[i].events & ~unsigned{EPOLLOUT}) != 0 ? fd : ARES_SOCKET_BAD,
                           (events[i].events & EPOLLOUT) != 0 ? fd : ARES_SOCKET_BAD);
        }
      }
    }
  }

  [[nodiscard]] std::size_t resolved() const { return addresses_ / 2; }
  [[nodiscard]] std::size_t questions() const { return questions_; }

 private:
  struct Question {
    Bare* bare;
    std::string name;
    int type;
  };

  void ask(Channel& channel, std::string name, int type) {
    ++in_flight_;
    ++questions_;
    auto* question = new Question{this, std::move(name), type};
    channel.ask(question->name, type, &Bare::on_answer, question);
  }

  void ask_later(std::string name, int type) { waiting_.push_back({this, std::move(name), type}); }

  static void on_answer(void* data, int status, int, unsigned char* answer, int size) {
    const std::unique_ptr<Question> question(static_cast<Question*>(data));
    Bare& bare = *question->bare;
    --bare.in_flight_;
    if (status != ARES_SUCCESS) fail(question->name + ": " + ares_strerror(status));
    bare.take(*question, answer, size);
    while (bare.in_flight_ < kWindow && !bare.waiting_.empty()) {
      Question next = std::move(bare.waiting_.front());
      bare.waiting_.pop_front();
      bare.ask(bare.udp_, std::move(next.name), next.type);
    }
  }

  void take(const Question& question, const unsigned char* answer, int size) {
    switch (question.type) {
      case ns_t_ptr:
        return take_instances(answer, size);
      case ns_t_srv:
        return take_service(answer, size);
      case ns_t_txt: {
        ares_txt_reply* texts = nullptr;
        check(ares_parse_txt_reply(answer, size, &texts), question);
        const std::unique_ptr<ares_txt_reply, FreeData> owned(texts);
        return;
      }
      default:
        return take_addresses(question, answer, size);
    }
  }

  void take_instances(const unsigned char* answer, int size) {
    hostent* host = nullptr;
    if (ares_parse_ptr_reply(answer, size, nullptr, 0, AF_INET, &host) != 0) fail("PTR");
    const std::unique_ptr<hostent, FreeHost> owned(host);
    for (char** alias = host->h_aliases; *alias != nullptr; ++alias) {
      ask_later(*alias, ns_t_srv);
      ask_later(*alias, ns_t_txt);
    }
  }

  void take_service(const unsigned char* answer, int size) {
    ares_srv_reply* services = nullptr;
    if (ares_parse_srv_reply(answer, size, &services) != 0) fail("SRV");
    const std::unique_ptr<ares_srv_reply, FreeData> owned(services);
    ask_later(services->host, ns_t_a);
    ask_later(services->host, ns_t_aaaa);
  }

  void take_addresses(const Question& question, const unsigned char* answer, int size) {
    int count = 8;
    if (question.type == ns_t_a) {
      ares_addrttl found[8];
      check(ares_parse_a_reply(answer, size, nullptr, found, &count), question);
    } else {
      ares_addr6ttl found[8];
      check(ares_parse_aaaa_reply(answer, size, nullptr, found, &count), question);
    }
    addresses_ += count > 0 ? 1 : 0;
  }

  static void check(int status, const Question& question) {
    if (status != ARES_SUCCESS) fail(question.name + ": " + ares_strerror(status));
  }

  int poll_ = ::epoll_create1(EPOLL_CLOEXEC);
  Channel tcp_;
  Channel udp_;
  std::deque<Question> waiting_;
  std::size_t in_flight_ = 0;
  std::size_t questions_ = 0;
  std::size_t addresses_ = 0;
};

double processor_time() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  const auto milliseconds = [](const timeval& time) {
    return 1e3 * static_cast<double>(time.tv_sec) + 1e-3 * static_cast<double>(time.tv_usec);
  };
  return milliseconds(usage.ru_utime) + milliseconds(usage.ru_stime);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) {
    std::fputs("usage: bench_bare_ares SERVER DOMAIN...\n", stderr);
    return 2;
  }
  const auto begin = std::chrono::steady_clock::now();
  ares_library_init(ARES_LIB_INIT_ALL);
  Bare bare(argv[1]);
  for (int i = 2; i < argc; ++i) bare.browse(argv[i]);
  bare.run();
  const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - begin;
  std::printf("%zu %zu %.3f %.3f\n", bare.resolved(), bare.questions(), took.count(),
              processor_time());
}
