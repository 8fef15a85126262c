// For report_page_test.py: writes the page of the sample results, and their points as JSON.
//   write-report PAGE.html POINTS.json
#include <fstream>
#include <nlohmann/json.hpp>

#include "compare/report/report.h"
#include "sample_results.h"

int main(int argc, char** argv) {
  if (argc != 3) return 2;
  const laq::compare::Results results = sample_results();
  nlohmann::json points = nlohmann::json::array();
  for (const auto& point : results.points)
    points.push_back({{"codec", point.codec},
                      {"image", point.image},
                      {"q", point.q},
                      {"bytes", point.bytes},
                      {"bpp", point.bits_per_element()},
                      {"ssimulacra2", point.ssimulacra2},
                      {"psnr_yuv", point.psnr_yuv}});
  std::ofstream page(argv[1]), json(argv[2]);
  page << laq::compare::report_html(results);
  json << points;
  page.close();
  json.close();
  return page.good() && json.good() ? 0 : 1;
}
