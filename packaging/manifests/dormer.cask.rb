cask "dormer" do
  version "@VERSION@"
  sha256 "@SHA_DMG@"

  url "@URL@/@DMG@"
  name "Dormer"
  desc "Tells a contractor when a house is measured"
  homepage "@URL@"

  depends_on macos: ">= :big_sur"

  app "Dormer.app"
  binary "#{appdir}/Dormer.app/Contents/MacOS/dormer"

  uninstall quit: "app.dormer.Dormer", launchctl: "app.dormer.Dormer"

  zap trash: [
    "~/Library/Application Support/dormer",
    "~/Library/LaunchAgents/app.dormer.Dormer.plist",
  ]
end
