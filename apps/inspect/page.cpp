#include "inspect/page.h"

#include <algorithm>
#include <map>
#include <string_view>

#include "compare/report/markup.h"
#include "inspect/inspect_assets.h"
#include "io/file.h"
#include "io/picture/picture_file.h"

namespace laq::command {
namespace {

using compare::escape;
using compare::filled;

// Pictures with fewer pixels a side than this are shown as large as the others, with visible samples.
constexpr uint32_t kFewPixels = 480;

std::string style_of(const Page& page) {
  return std::string(compare::kReportCss) + compare::kInspectCss +
         compare::chart_style(page.looks, compare::Scheme::light) + "\n@media screen and (prefers-color-scheme:dark){" +
         compare::chart_style(page.looks, compare::Scheme::dark) + "}\n";
}

std::string image_element(const Figure& figure, std::span<const std::byte> png) {
  const bool is_small = std::max(figure.picture.width, figure.picture.height) < kFewPixels;
  return "<img" + std::string(is_small ? " class=\"few\"" : "") + " alt=\"" + escape(figure.title) + "\" width=\"" +
         std::to_string(figure.picture.width) + "\" height=\"" + std::to_string(figure.picture.height) +
         "\" src=\"data:image/png;base64," + compare::base64(png) + "\">";
}

// If the figure has a picture, `png` is the file of it.
std::string figure_element(const Figure& figure, std::span<const std::byte> png) {
  const bool is_wide = figure.picture.width > 4 * figure.picture.height || figure.markup.starts_with("<svg");
  return "<figure" + std::string(is_wide ? " class=\"full\"" : "") + "><figcaption><h3>" + escape(figure.title) +
         "</h3><p>" + escape(figure.shows) + "</p></figcaption>" +
         (figure.markup.empty() ? image_element(figure, png) : figure.markup) +
         (figure.key.empty() ? "" : "<div class=\"legend\">" + figure.key + "</div>") + "</figure>\n";
}

std::string file_of(const Figure& figure) {
  return figure.name + ".png";
}

std::string remarks_of(const Page& page) {
  std::string paragraphs;
  for (const std::string& remark : page.remarks) paragraphs += "<p class=\"what\">" + escape(remark) + "</p>\n";
  return paragraphs;
}

std::string links_to(const Page& page) {
  std::string items;
  for (size_t i = 0; i < page.sections.size(); ++i) {
    items.append("<li><a href=\"#s").append(std::to_string(i)).append("\">");
    items.append(escape(page.sections[i].title)).append("</a></li>");
  }
  return "<ul>" + items + "</ul>";
}

}  // namespace

std::vector<std::string> files_of(const Page& page) {
  std::vector<std::string> files = {kPageName};
  for (const FigureSection& section : page.sections) {
    for (const Figure& figure : section.figures)
      if (figure.markup.empty()) files.push_back(file_of(figure));
  }
  return files;
}

std::optional<Error> write_page(const std::string& folder, const Page& page) {
  const auto write = [&folder](const std::string& name, std::span<const std::byte> bytes) -> std::optional<Error> {
    const std::string path = folder + "/" + name;
    if (const auto error = io::write_file(path, bytes)) return Error{error->code, path + ": " + error->message};
    return std::nullopt;
  };
  std::string sections;
  for (size_t i = 0; i < page.sections.size(); ++i) {
    const std::string id = "s" + std::to_string(i);
    sections += "<section aria-labelledby=\"" + id + "\"><h2 id=\"" + id + "\">" + escape(page.sections[i].title) +
                "</h2>\n<div class=\"figures" + (page.sections[i].has_three_columns ? " three" : "") + "\">\n";
    for (const Figure& figure : page.sections[i].figures) {
      if (!figure.markup.empty()) {
        sections += figure_element(figure, {});
        continue;
      }
      const auto png = io::encode_picture(figure.picture, io::FileKind::png);
      if (!png) return Error{png.error().code, folder + "/" + file_of(figure) + ": " + png.error().message};
      if (auto error = write(file_of(figure), *png)) return error;
      sections += figure_element(figure, *png);
    }
    sections += "</div></section>\n";
  }
  const std::string html = filled(compare::kInspectHtml, {{"mark", kPageMark},
                                                          {"title", escape(page.title)},
                                                          {"style", style_of(page)},
                                                          {"summary", escape(page.summary)},
                                                          {"remarks", remarks_of(page)},
                                                          {"links", links_to(page)},
                                                          {"sections", sections},
                                                          {"version", version()}});
  return write(kPageName, std::as_bytes(std::span(html)));
}

std::string bar_key(const std::string& low, const std::string& high, const std::vector<std::string>& css_colours) {
  std::string stops;
  for (const std::string& colour : css_colours) stops += "," + colour;
  return "<span>" + escape(low) + "</span><b style=\"background:linear-gradient(to right" + stops + ")\"></b><span>" +
         escape(high) + "</span>";
}

std::string colour_key(const std::vector<KeyColour>& colours) {
  std::string key;
  for (const auto& [css, name] : colours)
    key += "<span><i style=\"background:" + css + "\"></i>" + escape(name) + "</span>";
  return key;
}

}  // namespace laq::command
