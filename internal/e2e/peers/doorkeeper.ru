# frozen_string_literal: true

# A sign-in server as Hover's most likely is: Doorkeeper under Rails, in one file,
# with a database of its own in the current directory. Started by puma, on loopback.
#
#   WITHOUT_PKCE=1      no columns for a code challenge
#   WITHOUT_PREVIOUS=1  no previous_refresh_token: a spent refresh token is dead at once
#   REDIRECTS           the integration's redirect addresses, one a line
#   CLIENT_ID, CLIENT_SECRET, TOKEN_LIFE (seconds)

ENV['RAILS_ENV'] = 'production'
ENV['DATABASE_URL'] = "sqlite3:#{File.join(Dir.pwd, 'peer.sqlite3')}"
require 'logger'
require 'rails'
require 'active_record/railtie'
require 'action_controller/railtie'
require 'action_view/railtie'
require 'doorkeeper'

class Peer < Rails::Application
  config.load_defaults 6.1
  config.root = Dir.pwd
  config.eager_load = false
  config.secret_key_base = SecureRandom.hex(32)
  config.hosts.clear
  config.force_ssl = false
  config.consider_all_requests_local = true
  config.logger = Logger.new($stderr)
  config.log_level = :warn
end

# A token as long as Hover's.
module LongToken
  def self.generate(_options = {})
    "eyJhbGciOiJIUzI1NiJ9.#{SecureRandom.urlsafe_base64(360)}.#{SecureRandom.urlsafe_base64(32)}"
  end
end

Doorkeeper.configure do
  orm :active_record
  resource_owner_authenticator { Person.find_by(id: session[:person]) || redirect_to("/who?#{{ back: request.fullpath }.to_query}") }
  access_token_expires_in Integer(ENV.fetch('TOKEN_LIFE', '7200'))
  access_token_generator '::LongToken'
  use_refresh_token
  default_scopes :all
  force_ssl_in_redirect_uri { |uri| !%w[127.0.0.1 localhost ::1].include?(uri.host) }
end

Peer.initialize!

ActiveRecord::Schema.verbose = false
ActiveRecord::Schema.define do
  create_table(:people) { |t| t.string :email, null: false }
  create_table :oauth_applications do |t|
    t.string :name, null: false
    t.string :uid, null: false
    t.string :secret, null: false
    t.text :redirect_uri
    t.string :scopes, null: false, default: ''
    t.boolean :confidential, null: false, default: true
    t.timestamps null: false
  end
  create_table :oauth_access_grants do |t|
    t.references :resource_owner, null: false
    t.references :application, null: false
    t.string :token, null: false, index: { unique: true }
    t.integer :expires_in, null: false
    t.text :redirect_uri, null: false
    t.string :scopes, null: false, default: ''
    t.datetime :created_at, null: false
    t.datetime :revoked_at
    unless ENV['WITHOUT_PKCE']
      t.string :code_challenge
      t.string :code_challenge_method
    end
  end
  create_table :oauth_access_tokens do |t|
    t.references :resource_owner
    t.references :application
    t.text :token, null: false
    t.string :refresh_token, index: { unique: true }
    t.integer :expires_in
    t.string :scopes
    t.datetime :created_at, null: false
    t.datetime :revoked_at
    t.string :previous_refresh_token, null: false, default: '' unless ENV['WITHOUT_PREVIOUS']
  end
end

class Person < ActiveRecord::Base; end
Person.create!(email: 'pat@example.com')
[Doorkeeper::Application, Doorkeeper::AccessToken, Doorkeeper::AccessGrant].each(&:reset_column_information)
Doorkeeper::Application.create!(
  name: 'Dormer', uid: ENV.fetch('CLIENT_ID'), secret: ENV.fetch('CLIENT_SECRET'), redirect_uri: ENV.fetch('REDIRECTS'), scopes: 'all'
)

# Hover names the organization beside the tokens.
Doorkeeper::OAuth::TokenResponse.prepend(
  Module.new do
    def body
      super.merge('owner_id' => 785, 'owner_type' => 'orgs')
    end
  end
)

class WhoController < ActionController::Base
  skip_forgery_protection

  def show
    render html: <<~HTML.html_safe
      <title>Sign in</title><form method="post"><input type="hidden" name="back" value="#{ERB::Util.h(params[:back])}">
      <input name="email" value="pat@example.com"><button id="enter">Sign in</button></form>
    HTML
  end

  def enter
    session[:person] = Person.find_by!(email: params[:email]).id
    redirect_to params[:back]
  end

  # What this server is, and which of its tokens lives: for the test alone.
  def probe
    token = Doorkeeper::AccessToken.by_token(request.headers['Authorization'].to_s.delete_prefix('Bearer '))
    token&.revoke_previous_refresh_token!
    render json: { doorkeeper: Doorkeeper::VERSION::STRING, rails: Rails.version, alive: !!token&.accessible?,
                   tokens: Doorkeeper::AccessToken.count, living: Doorkeeper::AccessToken.all.count(&:accessible?) }
  end
end

Peer.routes.draw do
  use_doorkeeper
  get '/who' => 'who#show'
  post '/who' => 'who#enter'
  get '/probe' => 'who#probe'
end

run Peer
