# frozen_string_literal: true

# An independent reading of the string that the Ruby gem api_auth signs: reads
# requests as lines of JSON, {"method","path","content_type","body","date","secret","id"},
# with "version" (1.5 or 2), "digest" (sha1 or sha256), "with_method" (1.5 alone),
# and writes the headers of each as a line of JSON. The body comes in base64.

require 'base64'
require 'digest'
require 'json'
require 'openssl'

$stdout.sync = true
ARGF.each_line do |line|
  r = JSON.parse(line)
  body = Base64.strict_decode64(r['body'])
  headers = { 'Content-Type' => r['content_type'], 'Date' => r['date'] }
  if r['version'] == '2'
    hash = Base64.strict_encode64(Digest::SHA256.digest(body))
    headers['X-Authorization-Content-SHA256'] = hash
    parts = [r['method'], r['content_type'], hash, r['path'], r['date']]
  else
    hash = Base64.strict_encode64(Digest::MD5.digest(body))
    headers['Content-MD5'] = hash
    parts = [r['content_type'], hash, r['path'], r['date']]
    parts.unshift(r['method']) if r['with_method']
  end
  mac = Base64.strict_encode64(OpenSSL::HMAC.digest(r['digest'], r['secret'], parts.join(',')))
  case r['header']
  when 'native'
    suffix = r['digest'] == 'sha1' ? '' : "-HMAC-#{r['digest'].upcase}"
    headers['Authorization'] = "APIAuth#{suffix} #{r['id']}:#{mac}"
  else
    name = r['digest'] == 'sha1' ? 'Hover-Signature' : 'Hover-Signature-256'
    headers[name] = "#{r['digest']}=#{r['id']}:#{mac}"
  end
  puts JSON.generate(headers)
end
