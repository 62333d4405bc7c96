#include "cli/cluster_output.h"

#include "cli/cluster_table.h"

namespace liqo::cli {
namespace {

void print_names(const std::vector<Json>& clusters, Output& out) {
  std::string text;
  for (const Json& cluster : clusters) text += text_field(cluster, "id") + "\n";
  out.write(text);
}

}  // namespace

void print_clusters(const std::vector<Json>& clusters, const Json& answer,
                    const std::string& format, Output& out) {
  if (format == "name") return print_names(clusters, out);
  if (!is_for_people(format)) return out.write(document(answer, format));
  if (clusters.empty()) return;
  const Detail detail = format == "wide" ? Detail::kWide : Detail::kNormal;
  const Table table = cluster_table(clusters, detail, read_clocks().wall);
  // What is asked for wide is wide: it wraps rather than loses columns.
  const std::size_t width = detail == Detail::kWide ? Table::kUnlimited : out.width();
  out.write(joined(table.lines(out.palette(), width)));
}

}  // namespace liqo::cli
