#include "resolver/dns/resolv_conf.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <array>
#include <filesystem>
#include <optional>
#include <sstream>
#include <utility>

#include "resolver/loop/directory_watch.h"
#include "resolver/loop/timer.h"
#include "resolver/loop/unique_fd.h"

namespace liqo::dns {
namespace {

/// What writes the file does so in several steps, each of them told.
constexpr Duration kGather = std::chrono::milliseconds(50);

void read_search(std::istringstream& words, std::vector<DomainName>& search) {
  search.clear();
  for (std::string word; words >> word && search.size() < ResolvConf::kMaxSearchDomains;) {
    auto domain = DomainName::parse(word);
    if (domain && !domain->is_root()) search.push_back(std::move(*domain));
  }
}

/// Nothing where it cannot be read, or is no file; more than kMaxOctets are cut off.
std::optional<std::string> read_file(const std::string& path) {
  const loop::UniqueFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  struct stat status {};
  if (!fd || ::fstat(fd.get(), &status) != 0 || !S_ISREG(status.st_mode)) return std::nullopt;
  std::string text(ResolvConf::kMaxOctets, '\0');
  std::size_t size = 0;
  while (size < text.size()) {
    const ssize_t octets = ::read(fd.get(), text.data() + size, text.size() - size);
    if (octets < 0) return std::nullopt;
    if (octets == 0) break;
    size += static_cast<std::size_t>(octets);
  }
  text.resize(size);
  return text;
}

}  // namespace

ResolvConf parse_resolv_conf(std::string_view text) {
  ResolvConf conf;
  std::istringstream lines{std::string(text)};
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words(line);
    std::string keyword;
    words >> keyword;
    if (keyword == "nameserver") {
      std::string address;
      words >> address;
      auto server = parse_name_server(address);
      if (server && conf.servers.size() < ResolvConf::kMaxServers) {
        conf.servers.push_back(std::move(*server));
      }
    } else if (keyword == "search" || keyword == "domain") {
      read_search(words, conf.search);
    }
  }
  return conf;
}

class ResolvConfWatch::Impl {
 private:
  struct Watched {
    std::filesystem::path file;
    std::unique_ptr<loop::DirectoryWatch> watch;
  };

 public:
  Impl(loop::Loop& loop, std::string path, Changed changed)
      : loop_(loop), path_(std::move(path)), changed_(std::move(changed)), gather_(loop) {
    watch();
    read();
  }

  [[nodiscard]] const ResolvConf& conf() const { return conf_; }

 private:
  /// The directory of the name, and, where that is a link, of the file that it leads to.
  void watch() {
    const std::filesystem::path name(path_);
    std::error_code error;
    const auto target = std::filesystem::weakly_canonical(name, error);
    watch(watches_[0], name);
    if (!error && target != name) watch(watches_[1], target);
  }

  void watch(Watched& watched, const std::filesystem::path& file) {
    if (watched.watch && watched.file == file) return;
    watched.file = file;
    watched.watch.reset();
    auto made = loop::DirectoryWatch::create(loop_, file.parent_path().string(),
                                             [this, &watched](const std::string& name) {
                                               if (!name.empty() && name != watched.file.filename())
                                                 return;
                                               gather_.arm(kGather, [this] { changed(); });
                                             });
    if (made) watched.watch = std::move(*made);
  }

  void changed() {
    watch();
    if (read()) changed_(conf_);
  }

  bool read() {
    const auto text = read_file(path_);
    if (!text) return false;
    ResolvConf conf = parse_resolv_conf(*text);
    if (conf == conf_) return false;
    conf_ = std::move(conf);
    return true;
  }

  loop::Loop& loop_;
  std::string path_;
  Changed changed_;
  ResolvConf conf_;
  std::array<Watched, 2> watches_;
  loop::Timer gather_;
};

ResolvConfWatch::ResolvConfWatch(loop::Loop& loop, std::string path, Changed changed)
    : impl_(std::make_unique<Impl>(loop, std::move(path), std::move(changed))) {}
ResolvConfWatch::~ResolvConfWatch() = default;

const ResolvConf& ResolvConfWatch::conf() const { return impl_->conf(); }

}  // namespace liqo::dns
