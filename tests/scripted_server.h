// SPDX-License-Identifier: Apache-2.0
// ScriptedServer: a server on an ephemeral loopback port that does, connection by connection, what
// a function says: exact bytes, pauses, resets, nothing. With a Certificate it speaks TLS.
#pragma once

#include <atomic>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace keyward {

/// A key and a certificate for localhost and 127.0.0.1, signed by itself, as PEM files.
class Certificate {
 public:
  Certificate() {
    std::string name = (std::filesystem::temp_directory_path() / "keyward-XXXXXX").string();
    folder_ = ::mkdtemp(name.data());
    EVP_PKEY* key = EVP_EC_gen("P-256");
    X509* x509 = X509_new();
    X509_set_version(x509, 2);
    ASN1_INTEGER_set(X509_get_serialNumber(x509), 1);
    X509_gmtime_adj(X509_getm_notBefore(x509), -60);
    X509_gmtime_adj(X509_getm_notAfter(x509), 3600);
    X509_set_pubkey(x509, key);
    X509_NAME* subject = X509_get_subject_name(x509);
    const auto* common_name = reinterpret_cast<const unsigned char*>("localhost");
    X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC, common_name, -1, -1, 0);
    X509_set_issuer_name(x509, subject);
    X509_EXTENSION* names =
        X509V3_EXT_conf_nid(nullptr, nullptr, NID_subject_alt_name, "DNS:localhost,IP:127.0.0.1");
    X509_add_ext(x509, names, -1);
    X509_sign(x509, key, EVP_sha256());
    write(cert_file(), [x509](FILE* file) { PEM_write_X509(file, x509); });
    write(key_file(), [key](FILE* file) {
      PEM_write_PrivateKey(file, key, nullptr, nullptr, 0, nullptr, nullptr);
    });
    X509_EXTENSION_free(names);
    X509_free(x509);
    EVP_PKEY_free(key);
  }
  ~Certificate() { std::filesystem::remove_all(folder_); }
  Certificate(const Certificate&) = delete;
  Certificate& operator=(const Certificate&) = delete;

  [[nodiscard]] std::string cert_file() const { return folder_ + "/cert.pem"; }
  [[nodiscard]] std::string key_file() const { return folder_ + "/key.pem"; }

 private:
  static void write(const std::string& path, const std::function<void(FILE*)>& fill) {
    FILE* file = std::fopen(path.c_str(), "w");
    fill(file);
    std::fclose(file);
  }

  std::string folder_;
};

/// The server's end of one connection.
class Peer {
 public:
  Peer(int fd, SSL* ssl, int index) : number(index), fd_(fd), ssl_(ssl) {}
  ~Peer() { close(); }
  Peer(const Peer&) = delete;
  Peer& operator=(const Peer&) = delete;

  const int number;  ///< counts the connections from 0

  /// One request: its header and Content-Length bytes of body. Empty where the client has closed.
  std::string request() {
    for (;;) {
      const std::size_t end = unread_.find("\r\n\r\n");
      if (end != std::string::npos) {
        const std::size_t field = unread_.find("Content-Length: ");
        const std::size_t length = field < end ? std::stoul(unread_.substr(field + 16)) : 0;
        if (unread_.size() >= end + 4 + length) {
          std::string whole = unread_.substr(0, end + 4 + length);
          unread_.erase(0, whole.size());
          return whole;
        }
      }
      if (!receive()) return {};
    }
  }
  /// What has come and was not taken, at least a byte; empty where the client has closed.
  const std::string& peek() {
    if (unread_.empty()) receive();
    return unread_;
  }
  /// Everything up to the client's close.
  std::string rest() {
    while (receive()) {
    }
    return std::exchange(unread_, {});
  }
  void send(std::string_view bytes) {
    if (ssl_ != nullptr) {
      SSL_write(ssl_, bytes.data(), static_cast<int>(bytes.size()));
    } else {
      while (!bytes.empty()) {
        const ssize_t count = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (count <= 0) return;
        bytes.remove_prefix(static_cast<std::size_t>(count));
      }
    }
  }
  void close() {
    if (fd_ < 0) return;
    if (ssl_ != nullptr) {
      SSL_shutdown(ssl_);
      SSL_free(ssl_);
    }
    ::close(fd_);
    fd_ = -1;
    ssl_ = nullptr;
  }
  void reset() {
    const linger now{.l_onoff = 1, .l_linger = 0};
    ::setsockopt(fd_, SOL_SOCKET, SO_LINGER, &now, sizeof now);
    ::close(fd_);
    fd_ = -1;
  }
  [[nodiscard]] bool client_certificate() const {
    return SSL_get0_peer_certificate(ssl_) != nullptr;
  }

 private:
  bool receive() {
    char piece[16384];
    const ssize_t count =
        ssl_ != nullptr ? SSL_read(ssl_, piece, sizeof piece) : ::recv(fd_, piece, sizeof piece, 0);
    if (count > 0) unread_.append(piece, static_cast<std::size_t>(count));
    return count > 0;
  }

  int fd_;
  SSL* ssl_;
  std::string unread_;
};

class ScriptedServer {
 public:
  using Script = std::function<void(Peer&)>;

  explicit ScriptedServer(Script script, const Certificate* certificate = nullptr)
      : script_(std::move(script)), listener_(::socket(AF_INET, SOCK_STREAM, 0)) {
    if (certificate != nullptr) {
      tls_.reset(SSL_CTX_new(TLS_server_method()));
      SSL_CTX_use_certificate_file(tls_.get(), certificate->cert_file().c_str(), SSL_FILETYPE_PEM);
      SSL_CTX_use_PrivateKey_file(tls_.get(), certificate->key_file().c_str(), SSL_FILETYPE_PEM);
      SSL_CTX_set_verify(tls_.get(), SSL_VERIFY_PEER, [](int, X509_STORE_CTX*) { return 1; });
      SSL_CTX_set_alpn_select_cb(tls_.get(), &note_protocols, &protocols_);
    }
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* generic = reinterpret_cast<sockaddr*>(&address);
    EXPECT_EQ(::bind(listener_, generic, size), 0);
    EXPECT_EQ(::listen(listener_, 256), 0);
    EXPECT_EQ(::getsockname(listener_, generic, &size), 0);
    port_ = ntohs(address.sin_port);
    accepting_ = std::thread([this] { accept_all(); });
  }
  /// Waits for the scripts, so the clients have to be gone by then.
  ~ScriptedServer() {
    stopping_ = true;
    accepting_.join();
    for (std::thread& thread : serving_) thread.join();
    ::close(listener_);
  }
  ScriptedServer(const ScriptedServer&) = delete;
  ScriptedServer& operator=(const ScriptedServer&) = delete;

  [[nodiscard]] int port() const { return port_; }
  [[nodiscard]] int connections() const { return connections_; }
  /// What the client offered by ALPN, in wire form; read it after an exchange.
  [[nodiscard]] const std::string& protocols() const { return protocols_; }

 private:
  static int note_protocols(SSL*, const unsigned char**, unsigned char*, const unsigned char* in,
                            unsigned int size, void* protocols) {
    static_cast<std::string*>(protocols)->assign(reinterpret_cast<const char*>(in), size);
    return SSL_TLSEXT_ERR_NOACK;
  }

  void accept_all() {
    while (!stopping_) {
      pollfd waiting{.fd = listener_, .events = POLLIN, .revents = 0};
      if (::poll(&waiting, 1, 20) != 1) continue;
      const int fd = ::accept(listener_, nullptr, nullptr);
      if (fd < 0) continue;
      const int one = 1;
      ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
      serving_.emplace_back([this, fd, number = connections_++] { serve(fd, number); });
    }
  }

  void serve(int fd, int number) {
    // For this thread only: the client must not raise it, wherever it runs.
    sigset_t broken_pipe;
    sigemptyset(&broken_pipe);
    sigaddset(&broken_pipe, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &broken_pipe, nullptr);
    SSL* ssl = nullptr;
    if (tls_ != nullptr) {
      ssl = SSL_new(tls_.get());
      SSL_set_fd(ssl, fd);
      if (SSL_accept(ssl) != 1) {
        SSL_free(ssl);
        ::close(fd);
        return;
      }
    }
    Peer peer(fd, ssl, number);
    script_(peer);
  }

  struct FreeContext {
    void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
  };

  Script script_;
  std::unique_ptr<SSL_CTX, FreeContext> tls_;
  int listener_;
  int port_ = 0;
  std::string protocols_;
  std::atomic<int> connections_ = 0;
  std::atomic<bool> stopping_ = false;
  std::thread accepting_;
  std::vector<std::thread> serving_;
};

}  // namespace keyward
